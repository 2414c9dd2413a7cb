package dev.pathline.diffusion.adaptive;

import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.diffusion.solver.MixtureProblem;
import java.util.List;
import java.util.Map;

/** The four trajectories of {@link MixtureProblem} for adaptive solvers. */
record AdaptiveProblem(MixtureProblem mixture) {

    static AdaptiveProblem of(String schedule) {
        return new AdaptiveProblem(new MixtureProblem(NoiseSchedules.of(new ScheduleSpec(schedule, Map.of()))));
    }

    NoiseSchedule schedule() {
        return mixture.schedule();
    }

    ModelField field() {
        return ModelField.of(mixture.model(), Network.NO_LABEL);
    }

    List<AdaptiveSolution> solve(AdaptiveSolver solver, double t, double u, double tolerance) {
        return mixture.starts(t).stream()
                .map(x -> solver.solve(field(), x, t, u, Tolerances.of(tolerance, tolerance)))
                .toList();
    }
}
