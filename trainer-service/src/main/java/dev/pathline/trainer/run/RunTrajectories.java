package dev.pathline.trainer.run;

import dev.pathline.engine.ModelOptions;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.ModelIdentity;
import dev.pathline.engine.data.trajectory.TrajectoryFacts;
import dev.pathline.engine.data.trajectory.TrajectoryFolder;
import dev.pathline.engine.data.trajectory.TrajectoryMaker;
import dev.pathline.engine.data.trajectory.TrajectoryMaker.Write;
import dev.pathline.engine.data.trajectory.TrajectoryOrder;
import dev.pathline.engine.data.trajectory.TrajectoryWriter;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.PatientWriter;
import dev.pathline.engine.training.StopRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/** Makes the trajectories that a run trains on, in its folder. Use on the compute thread only. */
final class RunTrajectories {

    /** How often a listener hears of it. */
    private static final int REPORTS = 50;

    private final Path folder;
    private final ModelIdentity teacher;
    private final Checkpoint checkpoint;
    private final TrajectoryOrder order;

    RunTrajectories(Path folder, ModelIdentity teacher, Checkpoint checkpoint, TrajectoryOrder order) {
        this.folder = folder;
        this.teacher = teacher;
        this.checkpoint = checkpoint;
        this.order = order;
    }

    /** Returns what they are made of; a folder that was begun in another numeric profile keeps to that. */
    TrajectoryFacts facts(Torch torch) {
        return order.facts(teacher, checkpoint.card(), LoadedModel.profile(checkpoint, profile(torch)));
    }

    private NumericProfile profile(Torch torch) {
        return TrajectoryFolder.isOne(folder)
                ? NumericProfile.named(TrajectoryFolder.facts(folder).profile())
                : ModelOptions.DEFAULT.withThreads(Torch.intraOpThreads()).profileOf(checkpoint.card().name(),
                        checkpoint,
                        torch);
    }

    /**
     * Makes what is missing. Where nothing can be written, it waits until it can.
     *
     * @return whether they are complete; if not, a stop was requested
     * @throws dev.pathline.engine.data.DataException if the folder has trajectories of something else
     */
    boolean make(Torch torch, StopRequest stop, RunListener listener) throws IOException {
        var patient = new PatientWriter(stop, listener);
        TrajectoryFacts facts = facts(torch);
        var opened = new AtomicReference<TrajectoryWriter>();
        if (patient.write("the trajectories cannot be begun",
                () -> opened.set(TrajectoryWriter.open(folder, facts, Torch.intraOpThreads()))).isPresent()) {
            return false;
        }
        try (TrajectoryWriter writer = opened.get()) {
            if (writer.complete()) {
                return true;
            }
            listener.started(0);
            var progress = new Progress(patient, stop, listener, "trajectories of " + teacher.model());
            progress.kept(writer.done(), facts.count());
            try (LoadedModel model = LoadedModel.load(torch, checkpoint, NumericProfile.named(facts.profile()))) {
                return new TrajectoryMaker(model, order.plan(checkpoint.card()), progress).make(writer);
            }
        }
    }

    /** Tells the run's listener now and then. */
    private static final class Progress implements TrajectoryMaker.Progress {

        private final PatientWriter patient;
        private final StopRequest stop;
        private final RunListener listener;
        private final String what;
        private int told = -1;

        Progress(PatientWriter patient, StopRequest stop, RunListener listener, String what) {
            this.patient = patient;
            this.stop = stop;
            this.listener = listener;
            this.what = what;
        }

        @Override
        public boolean stopped() {
            return stop.requested();
        }

        @Override
        public void kept(int done, int of) {
            int report = (int) ((long) done * REPORTS / of);
            if (report > told) {
                told = report;
                listener.prepared(what, done, of);
            }
        }

        @Override
        public boolean write(String failure, Write write) {
            return patient.write(failure, write::run).isEmpty();
        }
    }
}
