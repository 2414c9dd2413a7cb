package dev.pathline.common.wire;

/**
 * Which steps carry pictures.
 *
 * @param every a picture every so many steps, at least 1; the last step always has one
 * @param kind what it shows
 * @param noise whether the noise that the samples begin with is shown before the first step, as step 0
 */
public record Preview(int every, PreviewKind kind, boolean noise) {

    /** Every step, denoised: the default of a stream. */
    public static final Preview EVERY_STEP = new Preview(1, PreviewKind.DENOISED, false);

    /** Returns whether the step with this number (1..steps) carries a picture. */
    public boolean wants(int step, int steps) {
        return step % every == 0 || step == steps;
    }
}
