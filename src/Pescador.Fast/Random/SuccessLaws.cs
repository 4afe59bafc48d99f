namespace Pescador.Fast;

/// <summary>The laws of the number of successes among the first j of N independent trials, for every j from N − 1 down to 0.</summary>
/// <remarks>
/// Elementary symmetric functions in the form of probabilities: row j + 1 is q[j] · row j + p[j] · (row j, one place on), sums of positive
/// terms that neither cancel nor overflow. All rows would take N (size + 1) numbers, 40 MB at N = 100,000; instead every √N-th
/// is kept, and the rows between are made again when the walk down reaches them: 2 √N rows, in twice the time.
/// </remarks>
internal sealed class SuccessLaws
{
    private readonly int _width;
    private readonly int _blockLength;
    private readonly double[] _checkpoints; // rows 0, B, 2B ..
    private readonly double[] _rows;        // rows of the block last asked for
    private readonly double[] _success;
    private readonly double[] _failure;
    private int _block;

    /// <param name="success">p of each trial; kept, not copied.</param>
    /// <param name="failure">q = 1 − p of each trial, given apart because near p = 1 it cannot be had by subtraction; kept,
    /// not copied.</param>
    /// <param name="size">The largest number of successes of interest.</param>
    public SuccessLaws(double[] success, double[] failure, int size)
    {
        (_success, _failure) = (success, failure);
        _width = size + 1;
        _blockLength = (int)Math.Ceiling(Math.Sqrt(success.Length));
        _checkpoints = new double[(success.Length + _blockLength - 1) / _blockLength * _width];
        _rows = new double[_blockLength * _width];
        Compute();
    }

    /// <summary>Follows a change of the probabilities.</summary>
    public void Compute()
    {
        _checkpoints.AsSpan(0, _width).Clear();
        _checkpoints[0] = 1;
        int blocks = _checkpoints.Length / _width;
        for (_block = 0; _block < blocks - 1; _block++)
        {
            FillBlock();
            int last = (_block + 1) * _blockLength - 1;
            Advance(Before(last), _checkpoints.AsSpan((_block + 1) * _width, _width), last);
        }
        FillBlock();
    }

    /// <summary>Begins the walk down again, under the same probabilities.</summary>
    public void Rewind()
    {
        int last = _checkpoints.Length / _width - 1;
        if (_block == last) return;
        _block = last;
        FillBlock();
    }

    /// <summary>P(k successes among the trials 0 .. <paramref name="trial"/> − 1), for k from 0 to the size.</summary>
    /// <param name="trial">Ask in descending order from N − 1; going up across blocks is not possible without
    /// <see cref="Compute"/> or <see cref="Rewind"/>.</param>
    public ReadOnlySpan<double> Before(int trial)
    {
        if (trial < _block * _blockLength)
        {
            _block--;
            FillBlock();
        }
        return _rows.AsSpan((trial - _block * _blockLength) * _width, _width);
    }

    private void FillBlock()
    {
        _checkpoints.AsSpan(_block * _width, _width).CopyTo(_rows);
        int first = _block * _blockLength;
        int count = Math.Min(_blockLength, _success.Length - first);
        for (int i = 1; i < count; i++)
            Advance(_rows.AsSpan((i - 1) * _width, _width), _rows.AsSpan(i * _width, _width), first + i - 1);
    }

    /// <summary>Adds a trial to a law: <paramref name="next"/> may be the same span.</summary>
    public void Advance(ReadOnlySpan<double> law, Span<double> next, int trial)
    {
        double p = _success[trial], q = _failure[trial];
        next = next[..law.Length];
        for (int k = law.Length - 1; k > 0; k--) next[k] = q * law[k] + p * law[k - 1];
        next[0] = q * law[0];
    }
}
