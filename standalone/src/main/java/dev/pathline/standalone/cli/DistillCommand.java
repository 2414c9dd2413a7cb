package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.trainer.distillation.DistillationOrder;
import dev.pathline.trainer.distillation.DistillationWriter;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pathline distill}. */
@Command(name = "distill", mixinStandardHelpOptions = true,
        description = "Distil a model into one that needs fewer steps: writes a specification, and trains it. The same command,"
                + " or pathline train with the file, goes on with a run that was interrupted.",
        footer = {
            "", "Exit codes: 0 done; 1 failed; 2 wrong usage; 130 stopped by Ctrl-C, 143 by SIGTERM,",
            "both after a snapshot of the last step."})
final class DistillCommand implements Callable<Integer> {

    @Option(names = "--teacher", paramLabel = "MODEL", required = true, description = "name or name@version")
    private String teacher = "";

    @Option(names = "--method", paramLabel = "NAME", required = true, completionCandidates = Methods.class,
            description = "how: ${COMPLETION-CANDIDATES}")
    private String method = "";

    @Option(names = "--steps", paramLabel = "N", defaultValue = "1",
            description = "the steps that the student is sampled with (default: ${DEFAULT-VALUE})")
    private int steps;

    @Option(names = "--name", paramLabel = "NAME", description = "the student's name (default: TEACHER-METHOD-STEPS)")
    private @Nullable String name;

    @Option(names = "--cfg-scale", paramLabel = "W",
            description = "the teacher's guidance scale, 1 is off (default: what its card recommends)")
    private @Nullable Double cfgScale;

    @Option(names = "--teacher-steps", paramLabel = "N", defaultValue = "16",
            description = "the steps of the teacher's trajectories, or that halving begins from (default: ${DEFAULT-VALUE})")
    private int teacherSteps;

    @Option(names = "--count", paramLabel = "N", defaultValue = "40000",
            description = "trajectories that are made, for a method that trains on them (default: ${DEFAULT-VALUE})")
    private int count;

    @Option(names = "--states", paramLabel = "K", defaultValue = "9",
            description = "states that are kept of each (default: ${DEFAULT-VALUE})")
    private int states;

    @Option(names = "--images", paramLabel = "N", defaultValue = "640000",
            description = "samples that it, or each stage, trains on (default: ${DEFAULT-VALUE})")
    private long images;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "128",
            description = "samples of a step (default: ${DEFAULT-VALUE})")
    private int batch;

    @Option(names = "--learning-rate", paramLabel = "R", defaultValue = "5e-4",
            description = "the rate (default: ${DEFAULT-VALUE})")
    private double learningRate;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "of batches and trajectories (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--like", paramLabel = "SPEC",
            description = "a specification whose data and network are taken (default: the teacher's)")
    private @Nullable Path like;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE",
            description = "the specification that is written (default: NAME.yaml)")
    private @Nullable Path out;

    @Option(names = "--dry-run", description = "print the specification, and do nothing")
    private boolean dryRun;

    @Mixin
    private TrainOptions options = new TrainOptions();

    /** The words of the methods, for the help. */
    private static final class Methods implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of(DistillationWriter.words()).iterator();
        }
    }

    @Override
    public Integer call() throws IOException {
        if (batch < 1 || images < 1 || count < 1) {
            throw new IllegalArgumentException("--batch, --images and --count must be at least 1, not " + batch + ", "
                    + images + " and " + count);
        }
        RegisteredModel model = options.models().resolve(teacher);
        var writer = new DistillationWriter(model, Checkpoint.read(options.models().open(model)),
                new DistillationOrder(name, method, steps, cfgScale, images, batch, learningRate, count, states,
                        teacherSteps, seed));
        String text = writer.write(like == null ? null : TrainingSpecs.tree(TrainingSpecs.text(like), like.toString()));
        Path file = Objects.requireNonNullElseGet(out, () -> Path.of(writer.name() + ".yaml"));
        TrainingSpec spec = TrainingSpecs.read(text, file.toString());
        if (dryRun) {
            System.out.print(text);
            return 0;
        }
        if (Files.exists(file) && !TrainingSpecs.text(file).equals(text)) {
            throw new IllegalArgumentException(
                    file + " is there, with another text: choose another file with -o, or train"
                            + " that one with pathline train " + file);
        }
        AtomicFiles.write(file, text);
        System.out.println("written: " + file);
        return options.train(spec, text);
    }
}
