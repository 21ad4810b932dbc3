import { type CivitaiRating, civitaiRatings } from "../../settings.ts";

/** Civitai's bits, as its pictures have them; what is above is not shown. */
export const ratingBits = (rating: CivitaiRating): number => 2 ** civitaiRatings.indexOf(rating);
