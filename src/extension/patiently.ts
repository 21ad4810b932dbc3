import * as vscode from "vscode";
import type { Event } from "../core/util/events.ts";

/** Milliseconds after which work is worth a notification, from which it can be given up. */
const PATIENCE = 1500;

export interface Patience {
  /** Ends with the window. */
  readonly signal: AbortSignal;
  /** How far it is, in words; asked whenever `onChange` fires. */
  readonly message?: () => string;
  readonly onChange?: Event<void>;
}

/** Does the work, told of in the status bar; when it takes long it is told of where it can be given up. */
export async function patiently<T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
  { signal, message, onChange }: Patience,
): Promise<T> {
  const own = new AbortController();
  const done = work(AbortSignal.any([own.signal, signal]));
  const ended = done.then(
    () => true,
    () => true,
  );
  const follow = async (progress: vscode.Progress<{ message: string }>): Promise<void> => {
    const say = (): void => progress.report({ message: message?.() ?? "" });
    const subscription = onChange?.(say);
    say();
    await ended;
    subscription?.dispose();
  };
  void vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, follow);
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<false>((resolve) => (timer = setTimeout(resolve, PATIENCE, false)));
  const quick = await Promise.race([ended, waited]);
  clearTimeout(timer);
  if (!quick)
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(() => own.abort());
        return follow(progress);
      },
    );
  return done;
}
