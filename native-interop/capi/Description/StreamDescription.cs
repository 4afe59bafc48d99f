namespace Pescador.Fast;

/// <summary>A stream of batches as a program that is not .NET asks for it; names and defaults are those of the command's options.</summary>
internal sealed record StreamDescription
{
    internal const int MostPrefetched = 1 << 20;

    /// <summary>Files, folders, and patterns of files.</summary>
    internal required string[] Files { get; init; }

    internal CsvFormat Csv { get; init; } = new();

    /// <summary>The part of each file's rows that is held out; null for none.</summary>
    internal double? HeldOut { get; init; }

    internal SplitPart Part { get; init; }

    /// <summary>Decides which rows are held out. Not <see cref="Seed"/>: who changes that must not learn from what is held out.</summary>
    internal long SplitSeed { get; init; } = 1;

    /// <summary>Of each file's rows; when null, random where the mux goes on for ever, and permuted where it ends.</summary>
    internal RowOrder? Rows { get; init; }

    internal MuxDescription Mux { get; init; } = new();

    internal int Batch { get; init; } = 128;

    /// <summary>Whether the short last batch is given, too.</summary>
    internal bool Partial { get; init; } = true;

    /// <summary>Tensors that are converted.</summary>
    internal string[] Float32 { get; init; } = [];

    internal long Seed { get; init; } = 1;

    /// <summary>Which of the seed's runs.</summary>
    internal long Epoch { get; init; }

    /// <summary>How many passes; 0 for no end.</summary>
    internal long Epochs { get; init; } = 1;

    internal long BudgetInBytes { get; init; } = 512_000_000;

    internal int Prefetch { get; init; } = 2;

    internal int SkipBad { get; init; }

    /// <summary>How long a batch waits for a slab.</summary>
    internal TimeSpan Timeout { get; init; } = SlabPool.DefaultTimeout;

    internal RowOrder Order => Rows ?? (Mux.Ends ? RowOrder.Permuted : RowOrder.Random);
}
