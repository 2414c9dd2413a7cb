package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.Row;

/**
 * What a row of an average velocity begins with: a jump that is drawn, or a time without one, and the velocity there.
 *
 * @param t where the jump begins
 * @param r where it ends; {@code t} where there is none
 * @param scale of guidance
 * @param velocity the sample's, guided
 */
record Jump(double t, double r, double scale, Mix velocity) {

    /**
     * Draws it, and writes the evaluation that is trained and those of the guidance. A row that does not jump is finished by
     * that: its target is the velocity.
     *
     * @param jumps whether there is a jump
     */
    static Jump draw(StraightPath path, TimePair pair, Guided guidance, boolean jumps, Drawing drawing, Row row) {
        TimePair.Times times = pair.draw(drawing.random(), jumps);
        double t = times.t();
        double scale = guidance.draw(drawing.random());
        row.input(1, path.inputs(t, times.r(), scale)).add(path.point(t), 1);
        row.noiseLevel(-StraightPath.SCHEDULE.halfLogSnr(t));
        Mix velocity = guidance.velocity(path, row, t, scale);
        if (!jumps) {
            row.target().add(velocity, 1);
        }
        return new Jump(t, times.r(), scale, velocity);
    }
}
