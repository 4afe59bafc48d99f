using System.Diagnostics;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>How often a checkpoint is taken.</summary>
public sealed class CheckpointPolicyTests
{
    [Theory]
    [InlineData(1, 100, 1, 1)] // exactly 1 %
    [InlineData(1, 5_000, 1, 1)]
    [InlineData(2, 100, 1, 2)]
    [InlineData(1, 1, 1, 8)] // 100 wanted, but not at a bound
    [InlineData(1, 1, 64, 512)]
    [InlineData(1, 6_400, 64, 1)]
    [InlineData(10, 640, 64, 100)]
    [InlineData(1_000, 1, 60_000, 65_536)]
    [InlineData(5, 0, 10, 80)] // too quick to be measured
    [InlineData(0, 0, 10, 80)]
    [InlineData(0, 10, 10, 1)]
    public void IntervalOf_WhatSavingAndMakingCost_KeepsSavingBelowOnePercent(double saving, double making, long items, int expected) =>
        Assert.Equal(expected, CheckpointPolicy.IntervalOf(saving, making, items));

    [Fact]
    public void Next_InASteadyState_Converges()
    {
        // An item takes 1 ms, a save 0.2 ms: one in twenty.
        long millisecond = Stopwatch.Frequency / 1000;
        var policy = new CheckpointPolicy(null);
        long now = 1_000 * millisecond;
        long interval = policy.Begin(now);
        var intervals = new List<long>();
        for (int i = 0; i < 8; i++)
        {
            now += interval * millisecond;
            long ended = now + (millisecond / 5);
            interval = policy.Next(interval, now, ended, TimeSpan.Zero);
            now = ended;
            intervals.Add(interval);
        }

        Assert.Equal([8, 20, 20, 20, 20, 20, 20, 20], intervals);
    }

    [Fact]
    public void Next_WithWaitsForRoom_DoesNotCountThemAsWork()
    {
        long millisecond = Stopwatch.Frequency / 1000;
        var policy = new CheckpointPolicy(null);
        long now = 1_000 * millisecond;
        policy.Begin(now);
        now += 1_100 * millisecond; // 100 ms of work in 1.1 s
        Assert.Equal(2, policy.Next(1, now, now + (2 * millisecond), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Next_WithAFixedInterval_GivesThat()
    {
        var policy = new CheckpointPolicy(7);
        Assert.Equal(7, policy.Begin(0));
        Assert.Equal(7, policy.Next(7, 10, 1_000_000, TimeSpan.Zero));
    }
}
