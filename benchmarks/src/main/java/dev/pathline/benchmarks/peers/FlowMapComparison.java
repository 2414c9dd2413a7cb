package dev.pathline.benchmarks.peers;

import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A step of training of a flow map: our profiles and settings of PyTorch, at one network and batch size. */
public final class FlowMapComparison {

    /** The head of the table that {@link #run} makes lines of. */
    public static final String HEADER = """
            | network | batch | objective | ours | steps of flow matching | PyTorch, eager | PyTorch, compiled \
            | ours/eager | ours/compiled | difference of losses, float32 |
            |---|---|---|---|---|---|---|---|---|---|""";

    private static final double TURN_MILLIS = 600;
    private static final List<NumericProfile> PROFILES = List.of(NumericProfile.FLOAT32, NumericProfile.BFLOAT16,
            NumericProfile.BFLOAT16_CHANNELS_LAST);
    private static final List<String> PRECISIONS = List.of("f32", "bf16");

    /** How far the losses of the first steps may be apart, relative to them: the same step, rounded differently. */
    private static final double BOUND = 1e-3;

    private final Torch torch;
    private final PeerNetwork network;
    private final int batch;
    private final int threads;
    private final Path script;

    /** A comparison; nothing runs yet. */
    public FlowMapComparison(Torch torch, PeerNetwork network, int batch, int threads, Path script) {
        this.torch = torch;
        this.network = network;
        this.batch = batch;
        this.threads = threads;
        this.script = script;
    }

    /**
     * Runs it on the compute thread, and returns its lines of the table.
     *
     * @throws IllegalStateException if the sides' first losses differ by more than rounding
     */
    public String run() {
        return Stream.of(TrainedRows.FLOW, TrainedRows.MEAN, TrainedRows.ALPHA).map(this::line)
                .collect(Collectors.joining("\n"));
    }

    private String line(TrainedRows rows) {
        var ours = new ArrayList<Side>();
        var theirs = new ArrayList<PythonSide>();
        try {
            for (NumericProfile profile : PROFILES) {
                ours.add(new OurTrainingSide(torch, network, profile, batch, rows));
                if (rows != TrainedRows.FLOW) {
                    ours.add(new OurTrainingSide(torch, network, profile, batch, TrainedRows.FLOW));
                }
            }
            for (String mode : List.of("eager", "compiled")) {
                settings(rows, mode).forEach(setting -> theirs.add(new PythonSide(script, network, setting, batch,
                        threads)));
            }
            theirs.forEach(PythonSide::await);
            double difference = TrainingComparison.difference(ours.getFirst(), theirs.getFirst().output());
            if (!(difference <= BOUND)) {
                throw new IllegalStateException(rows + " of network " + network.name() + ", batch " + batch
                        + ": the losses of the first steps are apart by " + difference + ", more than rounding");
            }
            return line(rows, Rounds.of(ours, theirs, TURN_MILLIS), difference);
        } finally {
            ours.forEach(Side::close);
            theirs.forEach(Side::close);
        }
    }

    private String line(TrainedRows rows, Rounds rounds, double difference) {
        String best = rounds.fastest(names(rows));
        String flow = rounds.fastest(names(TrainedRows.FLOW));
        String eager = rounds.fastest(settings(rows, "eager").map(Rounds::python).toList());
        String compiled = rounds.fastest(settings(rows, "compiled").map(Rounds::python).toList());
        return String.format(Locale.ROOT, "| %s | %d | %s | %s | %.2f | %s | %s | %.2f | %.2f | %.1e |", network.name(),
                batch, word(rows), rounds.cell(best), rounds.ratio(flow, best), rounds.cell(eager),
                rounds.cell(compiled), rounds.ratio(best, eager), rounds.ratio(best, compiled), difference);
    }

    private static List<String> names(TrainedRows rows) {
        return PROFILES.stream().map(profile -> OurTrainingSide.name(profile, rows)).toList();
    }

    private static Stream<String> settings(TrainedRows rows, String mode) {
        return PRECISIONS.stream().map(precision -> word(rows) + "-" + precision + "-" + mode);
    }

    private static String word(TrainedRows rows) {
        return rows.name().toLowerCase(Locale.ROOT);
    }
}
