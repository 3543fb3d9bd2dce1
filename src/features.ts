/**
 * What of the firmware a config uses. Here everything is on, as Node's boards and the tests have it. The build puts the config's own values in
 * the place of this module (tools/build/features.ts), and what is off leaves the bundle: `if (usesPublish) import("./publish").then(…)` goes with
 * its part. A new feature is one line here and one there.
 */

/** `publish` is there. */
export const usesPublish: boolean = true;
/** A client certificate is there. */
export const usesClientCertificate: boolean = true;
/** A protocol is offered by ALPN. */
export const usesAlpn: boolean = true;
/** Some server is known by its certificate's fingerprint. */
export const usesFingerprints: boolean = true;
/** Some server is known by its CA's key. */
export const usesCaKeys: boolean = true;
/** `status.token` is there. */
export const usesToken: boolean = true;
/** Commit statuses are asked for; check runs are, and only those of one name. */
export const usesStatuses: boolean = true;
export const usesChecks: boolean = true;
export const usesCheckName: boolean = true;
/** `light` is there; it has a pin for each colour; it is made of NeoPixels. */
export const usesLight: boolean = true;
export const usesColours: boolean = true;
export const usesNeopixel: boolean = true;
