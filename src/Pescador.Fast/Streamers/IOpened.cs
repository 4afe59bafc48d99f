namespace Pescador.Fast;

/// <summary>An activation of whatever element type, as its opener sees it.</summary>
internal interface IOpened
{
    /// <summary>Ends the activation that was opened under that ticket, if it has not ended.</summary>
    void CloseIf(long ticket);
}
