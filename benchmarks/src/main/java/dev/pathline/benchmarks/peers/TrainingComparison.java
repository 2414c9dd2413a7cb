package dev.pathline.benchmarks.peers;

import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A step of training: our profiles and settings of PyTorch, at one network and batch size. */
public final class TrainingComparison {

    /** The head of the table that {@link #run} makes lines of. */
    public static final String HEADER = """
            | network | batch | ours | images/s | PyTorch, default | bf16 autocast, channels-last | best tuned \
            | ours/default | ours/autocast | ours/best tuned | difference of losses, float32 | all |
            |---|---|---|---|---|---|---|---|---|---|---|---|""";

    private static final double TURN_MILLIS = 600;
    private static final List<NumericProfile> PROFILES = List.of(NumericProfile.FLOAT32, NumericProfile.BFLOAT16,
            NumericProfile.BFLOAT16_CHANNELS_LAST);
    private static final String DEFAULT = "f32";
    private static final String AUTOCAST = "bf16-cl-tuned";
    private static final List<String> TUNED = List.of(AUTOCAST, "bf16-tuned", "f32-tuned");

    /** How far the losses of the first steps may be apart, relative to them: the same step, rounded differently. */
    private static final double SINGLE_BOUND = 1e-4;
    private static final double BFLOAT16_BOUND = 1e-2;

    private final Torch torch;
    private final PeerNetwork network;
    private final int batch;
    private final int threads;
    private final Path script;

    /** A comparison; nothing runs yet. */
    public TrainingComparison(Torch torch, PeerNetwork network, int batch, int threads, Path script) {
        this.torch = torch;
        this.network = network;
        this.batch = batch;
        this.threads = threads;
        this.script = script;
    }

    /**
     * Runs it on the compute thread, and returns its line of the table.
     *
     * @throws IllegalStateException if the sides' first losses differ by more than rounding
     */
    public String run() {
        var ours = new ArrayList<Side>();
        var theirs = new ArrayList<PythonSide>();
        try {
            PROFILES.forEach(profile -> ours.add(new OurTrainingSide(torch, network, profile, batch,
                    TrainedRows.DIFFUSION)));
            Stream.concat(Stream.of(DEFAULT), TUNED.stream())
                    .forEach(setting -> theirs.add(new PythonSide(script, network, setting, batch, threads)));
            theirs.forEach(PythonSide::await);
            float[] reference = theirs.getFirst().output();
            double single = check(difference(ours.getFirst(), reference), SINGLE_BOUND);
            double all = check(Stream.concat(ours.stream(), theirs.stream())
                    .mapToDouble(side -> difference(side, reference)).max().orElseThrow(), BFLOAT16_BOUND);
            return line(Rounds.of(ours, theirs, TURN_MILLIS), single, all);
        } finally {
            ours.forEach(Side::close);
            theirs.forEach(Side::close);
        }
    }

    private String line(Rounds rounds, double single, double all) {
        String best = rounds.fastest(PROFILES.stream().map(NumericProfile::name).toList());
        String tuned = rounds.fastest(TUNED.stream().map(Rounds::python).toList());
        String byDefault = Rounds.python(DEFAULT);
        String autocast = Rounds.python(AUTOCAST);
        return String.format(Locale.ROOT, "| %s | %d | %s | %.0f | %s | %s | %s | %.2f | %.2f | %.2f | %.1e | %.1e |",
                network.name(), batch, rounds.cell(best), batch / rounds.median(best) * 1000, rounds.cell(byDefault),
                rounds.cell(autocast), rounds.cell(tuned), rounds.ratio(best, byDefault), rounds.ratio(best, autocast),
                rounds.ratio(best, tuned), single, all);
    }

    /** The largest difference of a side's losses from these, relative to them. */
    static double difference(Side side, float[] reference) {
        float[] losses = side.output();
        double largest = 0;
        for (int i = 0; i < reference.length; i++) {
            largest = Math.max(largest, Math.abs(losses[i] / reference[i] - 1));
        }
        return largest;
    }

    private double check(double difference, double bound) {
        if (!(difference <= bound)) {
            throw new IllegalStateException("network " + network.name() + ", batch " + batch
                    + ": the losses of the first steps are apart by " + difference + ", more than rounding (" + bound
                    + "): the two sides do not train the same");
        }
        return difference;
    }
}
