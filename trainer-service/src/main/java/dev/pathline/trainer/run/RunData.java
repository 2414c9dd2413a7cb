package dev.pathline.trainer.run;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.data.trajectory.PlannedTrajectories;
import dev.pathline.engine.data.trajectory.TrajectoryFacts;
import dev.pathline.engine.data.trajectory.TrajectoryFolder;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.StopRequest;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.Teaching;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.data.DataReader;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecProblem;
import dev.pathline.trainer.specification.objective.ObjectiveSpec;
import dev.pathline.trainer.specification.teaching.TeachingSpec.TrajectoriesSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a run of a model trains on: its data, or trajectories in their place. */
final class RunData {

    private final TrainingSpec spec;
    private final Path folder;
    private final Teaching teaching;

    RunData(TrainingSpec spec, RunFolders folders, Teaching teaching) {
        this.spec = spec;
        this.folder = folders.trajectories();
        this.teaching = teaching;
    }

    /** Returns whether the run makes trajectories itself. */
    boolean makes() {
        return spec.teaching().trajectories() instanceof TrajectoriesSpec.Made && teaching.teacher().isPresent();
    }

    /**
     * Makes the trajectories that are missing, on the compute thread; returns whether they are there now, or else it was
     * stopped.
     */
    boolean make(Torch torch, StopRequest stop, RunListener listener) throws IOException {
        return made().make(torch, stop, listener);
    }

    private RunTrajectories made() {
        if (spec.teaching().trajectories() instanceof TrajectoriesSpec.Made wanted) {
            return new RunTrajectories(folder, teaching.teacherIdentity(), teaching.teacher().orElseThrow(),
                    wanted.order());
        }
        throw new IllegalStateException("the run makes no trajectories");
    }

    /**
     * Opens what is trained on.
     *
     * @param planned whether trajectories that the run makes itself need not be there yet
     * @throws SpecException if they cannot be made, or have other classes
     * @throws dev.pathline.engine.data.DataException if they cannot be used
     */
    Dataset open(Torch torch, boolean planned) {
        return switch (spec.teaching().trajectories()) {
            case null -> DataReader.open(spec.data(), Split.TRAIN);
            case TrajectoriesSpec.Given(String path) -> given(Path.of(path));
            case TrajectoriesSpec.Made _ -> planned && !isComplete()
                    ? new PlannedTrajectories(facts(torch), ObjectiveSpec.TYPICAL_SIGMA_DATA)
                    : TrajectoryFolder.open(folder);
        };
    }

    private boolean isComplete() {
        return TrajectoryFolder.isOne(folder) && TrajectoryFolder.isComplete(folder);
    }

    /** What the planner refuses is told by the section's name. */
    private TrajectoryFacts facts(Torch torch) {
        try {
            return made().facts(torch);
        } catch (InvalidSettingException e) {
            throw refusal("trajectories", "cannot be made: " + e.getMessage());
        }
    }

    private Dataset given(Path path) {
        List<String> classes = TrajectoryFolder.facts(path).classes();
        if (!classes.isEmpty() && !classes.equals(spec.data().classes())) {
            throw refusal("trajectories.path", "has the classes " + classes + ", data.classes "
                    + spec.data().classes());
        }
        return TrajectoryFolder.open(path);
    }

    private SpecException refusal(String field, String what) {
        return SpecException.of(spec.source().file(), List.of(new SpecProblem(field, what)));
    }
}
