using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pescador.Fast.Cli.Pack;

/// <summary>How many a second.</summary>
internal sealed class SpeedColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task.Speed is { } speed && !task.IsFinished ? speed.ToString("#,0", CultureInfo.InvariantCulture) + "/s" : "");
}
