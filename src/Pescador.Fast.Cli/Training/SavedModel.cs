using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Training;

/// <summary>A trained model as an ONNX file: features as they lie in the data in, scores out; it standardises by itself.</summary>
internal sealed class SavedModel
{
    private readonly string _path;
    private readonly OnnxTrainingGraph _graph;

    /// <summary>What will be written, found out before anything is learned.</summary>
    /// <exception cref="PescadorException">It is too large, or the features' name is one of ONNX graphs' own.</exception>
    internal SavedModel(string path, DataForm form, TrainerChoice trainer, int features, int classes)
    {
        _path = path;
        try
        {
            _graph = new OnnxTrainingGraph(features, classes, trainer.Kind == TrainerKind.Linear ? 0 : trainer.Hidden)
            {
                FeaturesName = form.Features,
                FeaturesType = form.FeaturesType,
            };
        }
        catch (ArgumentException error)
        {
            throw new PescadorException($"--save: {WrongUse.Of(error)}", error);
        }
    }

    /// <summary>Where it is and what it takes and gives, in a line.</summary>
    internal string Said => $"{_path}: ONNX, {_graph.FeaturesName} {_graph.FeaturesType.Name()}[n,{_graph.Features}] -> scores float32[n,{_graph.Classes}], standardising by itself";

    /// <summary>That the file's folder exists and takes files, and no folder has the file's name.</summary>
    /// <exception cref="PescadorException">It is not so.</exception>
    internal static void RequirePlace(string path)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full) || Path.GetDirectoryName(full) is not { } folder)
        {
            throw new PescadorException($"--save '{path}' is a folder; it takes the name of a file, as in model.onnx.");
        }

        if (!Directory.Exists(folder))
        {
            throw new PescadorException($"--save '{path}': there is no folder '{folder}'.");
        }

        try
        {
            // Under a name of its own: another training may be writing its model there.
            new FileStream(Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PescadorException($"--save '{path}': no file can be written into the folder '{folder}'.", error);
        }
    }

    /// <summary>Writes it.</summary>
    internal void Write(ITrainer trainer, Standardiser standardiser)
    {
        using Sample parameters = trainer.CopyParameters();
        _graph.WriteInference(_path, parameters, standardiser);
    }
}
