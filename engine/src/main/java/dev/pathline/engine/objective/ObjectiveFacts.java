package dev.pathline.engine.objective;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an objective cannot know from its settings: the run, the data, the network and the teacher.
 *
 * @param sigmaData the standard deviation of the training data, positive
 * @param dimension how many numbers a sample has
 * @param steps how many steps the run has; 0 for a run that ends by the clock, whose curricula are not defined
 * @param timeInput the coordinate in which the network's features can tell the times of a schedule apart
 * @param guided whether the network takes the scale of guidance as an input
 * @param teacher the teacher, or null
 */
public record ObjectiveFacts(
        double sigmaData,
        int dimension,
        long steps,
        Function<NoiseSchedule, TimeInput> timeInput,
        boolean guided,
        @Nullable TeacherFacts teacher) {

    /**
     * A teacher, as an objective sees it.
     *
     * @param card what its network computes
     * @param cfgScale the scale at which it is guided; 1 for not at all
     * @param interval where it is guided
     */
    public record TeacherFacts(ModelCard card, double cfgScale, CfgInterval interval) {}

    /**
     * Returns the teacher.
     *
     * @throws IllegalArgumentException if there is none
     */
    public TeacherFacts taught() {
        if (teacher == null) {
            throw new IllegalArgumentException("the objective needs a teacher");
        }
        return teacher;
    }

    /**
     * Returns the number of steps.
     *
     * @throws IllegalArgumentException if the run ends by the clock
     */
    public long knownSteps() {
        if (steps < 1) {
            throw new IllegalArgumentException("a curriculum counts steps, and the run ends by the clock: give images"
                    + " in place of minutes");
        }
        return steps;
    }
}
