import type { RuntimeKind } from "../../ports/runtime.ts";
import type {
  CommandLine,
  ProfileDetails,
  ProfileDiff,
  ProfileImport,
  ProfileValidation,
  ProfileValue,
} from "../../protocol/profiles.ts";
import type { SwitchOverrides } from "../controller.ts";

/** By key as modeldeck.yaml has it, variables as `env.NAME`; null takes the value out of the profile's own section. */
export type ProfilePatch = Readonly<Record<string, ProfileValue["value"] | null>>;

/** What a person does with profiles beside serving them. Each rejects with `notFound` for one that is not there. */
export interface ProfileDesk {
  show(profile: string, signal: AbortSignal): Promise<ProfileDetails>;
  /** @param how `runtime`: the form wanted, where it is not the one that would be used; `patch`: as if it were saved */
  command(
    profile: string,
    how: {
      readonly runtime?: RuntimeKind | undefined;
      readonly overrides?: SwitchOverrides | undefined;
      readonly patch?: ProfilePatch | undefined;
    },
    signal: AbortSignal,
  ): Promise<CommandLine>;
  /**
   * Writes into the file the profile stands in; every byte that is not part of the change stays.
   * @throws FaultError `badArguments` for a value that does not fit its key, `configInvalid` where the file cannot say it,
   * `readOnly` for an automatic one
   */
  save(profile: string, patch: ProfilePatch, signal: AbortSignal): Promise<ProfileDetails>;
  /** @param as the new id; `exists` where it is taken */
  clone(profile: string, as: string, patch: ProfilePatch, signal: AbortSignal): Promise<ProfileDetails>;
  diff(left: string, right: string, signal: AbortSignal): Promise<ProfileDiff>;
  /** @param draft a file as it is typed, in place of the one on the disk; all files where it is left out */
  validate(
    draft: { readonly path: string; readonly text?: string | undefined } | undefined,
    signal: AbortSignal,
  ): Promise<ProfileValidation>;
  /** @param apply false: only tells what would be written */
  importLlamaSwap(path: string, apply: boolean, signal: AbortSignal): Promise<ProfileImport>;
}
