namespace Pescador.Fast;

/// <summary>
/// Packs the rows of sources of any format into shards that streams map as they are: aligned, dense, in this machine's byte order. Shards have
/// their final names once all of them are complete; until then these end in <c>.part</c>, which no source is found under. Where packing fails or
/// is cancelled, they are removed. Memory is bounded: up to 16 MiB of buffers, and what streams of the sources need.
/// </summary>
public static class ShardPacker
{
    private const int RowsBetweenReports = 1024;
    private const long BytesBetweenReports = 1 << 20;

    /// <summary>Packs sources.</summary>
    /// <param name="sources">At least one; their rows have one form. They are packed in this order.</param>
    /// <param name="folder">Where the shards go; made if it is not there.</param>
    /// <param name="options">The defaults when null.</param>
    /// <param name="progress">Told after each source that was inspected, and about every mebibyte or 1,024 rows.</param>
    /// <param name="cancellation">Ends it, and removes what was written.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="DataException">A source or row cannot be read, or has another form; or there are no rows.</exception>
    /// <exception cref="PescadorException">The folder is not empty; a tensor's name is none for a file; or a row needs more memory than there is.</exception>
    /// <exception cref="IOException">The shards cannot be written: the message says so where the disk is full, and what is needed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PackResult Pack(
        IReadOnlyList<Source> sources,
        string folder,
        PackOptions? options = null,
        Action<PackProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfZero(sources.Count, nameof(sources));
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new PackOptions();
        EnumValue.Check(options.Format, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ShardSizeInBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxBadRows, nameof(options));

        using var shards = new ShardFolder(folder, options.Replace);
        ShardPlan plan = ShardPlan.Of(sources, options, progress, cancellation);
        return new Packing(plan, shards, options, sources.Count, progress).Run(cancellation);
    }

    private sealed class Packing(ShardPlan plan, ShardFolder shards, PackOptions options, int sources, Action<PackProgress>? progress)
    {
        private readonly long _rowLength = plan.RowLengthInBytes;
        private readonly List<string> _notes = [];
        private long _rows;
        private long _reportedRows;

        internal PackResult Run(CancellationToken cancellation)
        {
            CheckNames();
            using ActiveStream<Sample> rows = plan.Stream(options).Open(cancellation);
            try
            {
                Write(rows, cancellation);
            }
            catch (IOException error) when (DiskFull.IsReason(error))
            {
                throw DiskFull.Error(shards.Path, plan.Rows * _rowLength, _rows * _rowLength, error);
            }

            IReadOnlyList<string> files = shards.Publish();
            return new PackResult(files, shards.Count, _rows, files.Sum(static file => new FileInfo(file).Length), plan.RowSpec)
            {
                Skipped = [.. plan.Bad, .. rows.Skipped],
                SkippedCount = plan.Bad.Count + rows.SkippedCount,
                Notes = _notes,
            };
        }

        private void Write(ActiveStream<Sample> rows, CancellationToken cancellation)
        {
            long rowsPerShard = RowsPerShard();
            bool hasRow = rows.MoveNext();
            do
            {
                using Shard shard = Begin(rowsPerShard);
                for (; hasRow && shard.Rows < rowsPerShard; hasRow = rows.MoveNext())
                {
                    using Sample row = rows.Current;
                    cancellation.ThrowIfCancellationRequested();
                    shard.Write(row);
                    Report();
                }

                shard.Complete(_notes);
                shards.Add(shard);
            }
            while (hasRow);
            progress?.Invoke(ProgressNow());
        }

        private Shard Begin(long rowsPerShard)
        {
            long left = plan.Rows - _rows;
            long foreseen = left > 0 ? Math.Min(left, rowsPerShard) : rowsPerShard; // a file may have grown since it was inspected
            return options.Format == ShardFormat.Npy
                ? new NpyShard(shards.NextStem(), plan.RowSpec)
                : new SafeTensorsShard(shards.NextStem(), plan.RowSpec, foreseen);
        }

        private long RowsPerShard()
        {
            long headers = options.Format == ShardFormat.Npy
                ? (long)NpyShard.HeaderLength * plan.RowSpec.Count
                : new SafeTensorsLayout(plan.RowSpec, options.ShardSizeInBytes / Math.Max(1, _rowLength)).Header.Length;
            long rows = Math.Max(1, (options.ShardSizeInBytes - headers) / Math.Max(1, _rowLength));
            int unit = options.Format == ShardFormat.Npy ? 1 : SafeTensorsLayout.RowUnit(plan.RowSpec);
            return rows < unit ? rows : rows / unit * unit;
        }

        private void CheckNames()
        {
            if (options.Format == ShardFormat.Npy)
            {
                NpyShard.CheckNames(plan.RowSpec);
            }
            else
            {
                SafeTensorsLayout.CheckNames(plan.RowSpec);
            }
        }

        private void Report()
        {
            _rows++;
            long since = _rows - _reportedRows;
            if (progress is not null && (since >= RowsBetweenReports || since * _rowLength >= BytesBetweenReports))
            {
                _reportedRows = _rows;
                progress(ProgressNow());
            }
        }

        private PackProgress ProgressNow() => new(sources, sources, _rows, plan.Rows, _rows * _rowLength);
    }
}
