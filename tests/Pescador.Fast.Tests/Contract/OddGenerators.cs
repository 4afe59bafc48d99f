namespace Pescador.Fast.Tests.Contract;

/// <summary>Generators that use the row that Rent gives them in every odd way. Each yields samples whose three elements are all 0, then all 1,
/// then all 2, ...</summary>
internal static class OddGenerators
{
    internal static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 3));

    internal static Dictionary<string, Func<StreamContext, int, IEnumerable<Sample>>> All => new()
    {
        ["plain"] = Plain,
        ["rents two before it yields"] = RentsTwo,
        ["yields another sample than it rented"] = YieldsAnother,
        ["yields two in reverse"] = YieldsInReverse,
        ["keeps three and yields them later"] = YieldsLater,
        ["drops what it rented"] = DropsRented,
        ["disposes what it rented"] = DisposesRented,
        ["copies from the row it does not yield"] = CopiesFromRow,
        ["rents another form first"] = RentsAnotherForm,
        ["rents at its start and after its yield"] = RentsAhead,
    };

    private static void Set(Sample sample, int value) => sample["X"].Span<float>().Fill(value);

    private static IEnumerable<Sample> Plain(StreamContext context, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Sample sample = context.Rent(Spec);
            Set(sample, i);
            yield return sample;
        }
    }

    private static IEnumerable<Sample> RentsTwo(StreamContext context, int count)
    {
        for (int i = 0; i < count; i += 2)
        {
            Sample first = context.Rent(Spec);
            Sample second = context.Rent(Spec);
            Set(first, i);
            Set(second, i + 1);
            yield return first;
            yield return second;
        }
    }

    private static IEnumerable<Sample> YieldsAnother(StreamContext context, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Sample unused = context.Rent(Spec);
            Set(unused, -1);
            float[] own = [i, i, i];
            yield return Sample.Of(("X", own));
            unused.Dispose();
        }
    }

    private static IEnumerable<Sample> YieldsInReverse(StreamContext context, int count)
    {
        for (int i = 0; i < count; i += 2)
        {
            Sample later = context.Rent(Spec);
            Set(later, i + 1);
            Sample sooner = context.Rent(Spec);
            Set(sooner, i);
            yield return sooner;
            yield return later;
        }
    }

    private static IEnumerable<Sample> YieldsLater(StreamContext context, int count)
    {
        var waiting = new Queue<Sample>();
        for (int i = 0; i < count; i++)
        {
            Sample sample = context.Rent(Spec);
            Set(sample, i);
            waiting.Enqueue(sample);
            if (waiting.Count == 3)
            {
                yield return waiting.Dequeue();
            }
        }

        while (waiting.TryDequeue(out Sample sample))
        {
            yield return sample;
        }
    }

    private static IEnumerable<Sample> DropsRented(StreamContext context, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (i % 3 == 0)
            {
                Set(context.Rent(Spec), -1);
            }

            Sample sample = context.Rent(Spec);
            Set(sample, i);
            yield return sample;
        }
    }

    private static IEnumerable<Sample> DisposesRented(StreamContext context, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Sample unused = context.Rent(Spec);
            Set(unused, -1);
            unused.Dispose();
            Sample sample = context.Rent(Spec);
            Set(sample, i);
            yield return sample;
        }
    }

    private static IEnumerable<Sample> CopiesFromRow(StreamContext context, int count)
    {
        Sample model = context.Rent(Spec);
        for (int i = 0; i < count; i++)
        {
            Set(model, i);
            Sample sample = context.Rent(Spec);
            model["X"].Span<float>().CopyTo(sample["X"].Span<float>());
            yield return sample;
            Assert.Equal(i, model["X"].Span<float>()[0]); // its content moved with it
        }
    }

    private static IEnumerable<Sample> RentsAnotherForm(StreamContext context, int count)
    {
        var other = new SampleSpec(TensorSpec.Of<float>("X", 5));
        for (int i = 0; i < count; i++)
        {
            using Sample scratch = context.Rent(other);
            scratch["X"].Span<float>().Fill(i);
            Sample sample = context.Rent(Spec);
            Set(sample, i);
            yield return sample;
        }
    }

    private static IEnumerable<Sample> RentsAhead(StreamContext context, int count)
    {
        Sample next = context.Rent(Spec);
        for (int i = 0; i < count; i++)
        {
            Sample sample = next;
            next = context.Rent(Spec);
            Set(sample, i);
            yield return sample;
        }
    }
}
