/** A mistake in the firmware's source or config that the build found: its message is for the person at the keyboard, without a stack. */
export class BuildError extends Error {}
