import type { Profile, ProfileList, ProfileValue } from "../protocol/profiles.ts";
import type { Event } from "../util/events.ts";
import type { ServerProfile } from "./profile.ts";

/** The profiles of all files the settings name. A file is read again when it changed on the disk. */
export interface ProfileBook {
  list(signal: AbortSignal): Promise<ProfileList>;
  /** Rejects with `notFound`, naming ids that look alike, or `configInvalid` where it has errors. */
  find(id: string, signal: AbortSignal): Promise<ServerProfile>;
  /** Each value with where it comes from. Rejects as `find` does, but for errors, which are among its problems. */
  show(
    id: string,
    signal: AbortSignal,
  ): Promise<{ readonly profile: Profile; readonly values: readonly ProfileValue[] }>;
  /** Looks at the files again, as `list` does too; `onChange` fires where one says something else now. */
  refresh(signal: AbortSignal): Promise<void>;
  readonly onChange: Event<void>;
}
