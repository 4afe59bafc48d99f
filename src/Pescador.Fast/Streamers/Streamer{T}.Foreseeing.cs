namespace Pescador.Fast;

// What a mux that knows its next streams tells them.
public abstract partial class Streamer<T>
{
    private IStreamerNode? _onlyInput; // itself where it has none, or several; found when it is needed

    bool IStreamerNode.CanForesee => CanForesee;

    void IStreamerNode.Foresee(StreamScope scope, bool isWanted) => Foresee(scope, isWanted);

    /// <inheritdoc cref="IStreamerNode.CanForesee"/>
    /// <remarks>What has one input says what that says; which of several a mux will open, only that mux knows, once it runs.</remarks>
    internal virtual bool CanForesee => OnlyInput is { CanForesee: true };

    /// <inheritdoc cref="IStreamerNode.Foresee"/>
    internal virtual void Foresee(StreamScope scope, bool isWanted) => OnlyInput?.Foresee(scope, isWanted);

    private IStreamerNode? OnlyInput
    {
        get
        {
            _onlyInput ??= FindOnlyInput() ?? this;
            return ReferenceEquals(_onlyInput, this) ? null : _onlyInput;
        }
    }

    private IStreamerNode? FindOnlyInput()
    {
        IStreamerNode[] first = [.. Inputs.Take(2)];
        return first.Length == 1 ? first[0] : null;
    }
}
