/** Put text on the clipboard; rejects where the browser keeps it closed. */
export async function toClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    // Pages without https have no clipboard of this kind, or it was forbidden.
    if (!byCommand(text)) {
      throw new Error('the browser keeps its clipboard closed', {
        cause: error
      });
    }
  }
}

/** Copy as a person does, by selecting; returns whether it was copied. */
function byCommand(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.cssText = 'position:fixed;top:0;opacity:0';
  document.body.append(field);
  field.select();
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- all that http has
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (before instanceof HTMLElement) {
      before.focus({ preventScroll: true });
    }
  }
}
