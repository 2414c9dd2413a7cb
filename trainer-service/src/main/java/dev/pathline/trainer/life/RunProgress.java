package dev.pathline.trainer.life;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pathline.common.wire.TrainingRunEvent;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is.
 *
 * @param step the last step that was reported
 * @param steps of how many
 * @param images training images seen up to that step
 * @param loss the mean loss of the last report
 * @param gradientNorm the last gradient norm
 * @param imagesPerSecond the pace of the last report
 * @param etaMs the time left at that pace
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunProgress(
        long step,
        long steps,
        long images,
        @Nullable Double loss,
        @Nullable Double gradientNorm,
        @Nullable Double imagesPerSecond,
        @Nullable Long etaMs) {

    /** A run that has not begun. */
    public static RunProgress none(long steps) {
        return new RunProgress(0, steps, 0, null, null, null, null);
    }

    /** What a report says. */
    public static RunProgress of(TrainingRunEvent.Progress p) {
        return new RunProgress(p.step(), p.steps(), p.images(), p.loss(), p.gradientNorm(), p.imagesPerSecond(),
                p.etaMs());
    }

    /** The same run after it went on, or back, to the end of a step of which nothing else is known. */
    public RunProgress at(long newStep, long batch) {
        return newStep == step
                ? this
                : new RunProgress(newStep, steps, newStep * batch, null, null, null, null);
    }
}
