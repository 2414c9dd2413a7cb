package dev.pathline.engine.objective.flowmap;

import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.objective.Objective;

/** An objective whose network is the average velocity {@code u(x, t, r)} on the straight path. */
public interface AverageVelocity extends Objective {

    /** Returns the path and the network's inputs. */
    StraightPath path();

    /** Returns the guidance that is learned from data. */
    default Guided guidance() {
        return Guided.NOT;
    }

    @Override
    default ModelGuidance modelGuidance() {
        return guidance().ofModel();
    }

    @Override
    default ModelKind kind() {
        return ModelKind.FLOW_MAP;
    }

    @Override
    default NoiseSchedule schedule() {
        return StraightPath.SCHEDULE;
    }

    @Override
    default Prediction prediction() {
        return Prediction.AVERAGE_VELOCITY;
    }

    @Override
    default Preconditioning preconditioning() {
        return Preconditioning.NONE;
    }

    @Override
    default TimeInput timeInput() {
        return path().timeInput();
    }

    @Override
    default TargetInput targetInput() {
        return path().targetInput();
    }
}
