import { CommsOverSubshells, type Kernel } from '@jupyterlab/services';

/**
 * Forget a kernel's subshells when somebody else restarts it.
 *
 * JupyterLab 4.6 has widgets speak to the kernel in a subshell. Only the page that
 * asks for a restart forgets the old kernel's; from any other one, what widgets say
 * is lost from then on: "Unknown subshell_id".
 */
export function forgetSubshells(kernel: Kernel.IKernelConnection): void {
  let known = '';
  let forgotten = false;
  kernel.statusChanged.connect((_, status) => {
    // JupyterLab forgets them by itself now
    forgotten ||= status === 'restarting' || status === 'autorestarting';
  });
  kernel.iopubMessage.connect((_, message) => {
    // each process of a kernel has a session of its own
    const { session } = message.header;
    if (session === known || kernel.status === 'autorestarting') {
      return;
    }
    if (known && !forgotten) {
      renew(kernel);
    }
    known = session;
    forgotten = false;
  });
}

/** Let go of the subshells, and have new ones made. */
function renew(kernel: Kernel.IKernelConnection): void {
  const mode = kernel.commsOverSubshells;
  if (mode === undefined || mode === CommsOverSubshells.Disabled) {
    return;
  }
  kernel.commsOverSubshells = CommsOverSubshells.Disabled;
  // letting go ends in a later turn
  setTimeout(() => {
    if (!kernel.isDisposed) {
      kernel.commsOverSubshells = mode;
    }
  });
}
