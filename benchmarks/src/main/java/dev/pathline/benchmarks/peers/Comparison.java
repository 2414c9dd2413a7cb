package dev.pathline.benchmarks.peers;

import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.NumericProfile.Precision;
import dev.pathline.engine.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** All settings of both sides at one network and batch size. */
public final class Comparison {

    /** The head of the table that {@link #run} makes lines of. */
    public static final String HEADER = """
            | network | batch | ours | diffusers, default | best eager | compiled | ours/default | ours/best eager \
            | ours/compiled | float32: ours | best eager | compiled | ours/best eager | ours/compiled | largest difference |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|""";

    private static final double TURN_MILLIS = 300;
    private static final String DEFAULT = "f32";
    private static final List<String> EAGER = List.of(DEFAULT, "f32-cl", "bf16", "bf16-cl");
    private static final List<String> COMPILED = List.of("f32-compiled", "f32-cl-compiled", "bf16-cl-compiled");

    private final Torch torch;
    private final PeerNetwork network;
    private final int batch;
    private final int threads;
    private final Path script;
    private double largest;

    /** A comparison; nothing runs yet. */
    public Comparison(Torch torch, PeerNetwork network, int batch, int threads, Path script) {
        this.torch = torch;
        this.network = network;
        this.batch = batch;
        this.threads = threads;
        this.script = script;
    }

    /** Runs it on the compute thread, and returns its line of the table. */
    public String run() {
        List<Side> ours = new ArrayList<>();
        NumericProfile.candidates(false).forEach(profile -> ours.add(new OurSide(torch, network, profile, batch)));
        try {
            Rounds eager = rounds(ours, EAGER);
            double difference = largest;
            Rounds compiled = rounds(ours, COMPILED);
            String best = eager.fastest(ours.stream().map(Side::name).toList());
            String single = eager.fastest(NumericProfile.candidates(false).stream()
                    .filter(p -> p.precision() == Precision.FLOAT32).map(NumericProfile::name).toList());
            String tuned = eager.fastest(peers(EAGER, s -> true));
            String tunedSingle = eager.fastest(peers(EAGER, s -> s.startsWith(DEFAULT)));
            String fastest = compiled.fastest(peers(COMPILED, s -> true));
            String fastestSingle = compiled.fastest(peers(COMPILED, s -> s.startsWith(DEFAULT)));
            return String.format(Locale.ROOT,
                    "| %s | %d | %s | %s | %s | %s | %.2f | %.2f | %.2f | %s | %s | %s | %.2f | %.2f | %.1e |",
                    network.name(), batch,
                    eager.cell(best), eager.cell(Rounds.python(DEFAULT)), eager.cell(tuned), compiled.cell(fastest),
                    eager.ratio(best, Rounds.python(DEFAULT)), eager.ratio(best, tuned), compiled.ratio(best, fastest),
                    eager.cell(single), eager.cell(tunedSingle), compiled.cell(fastestSingle),
                    eager.ratio(single, tunedSingle), compiled.ratio(single, fastestSingle), difference);
        } finally {
            ours.forEach(Side::close);
        }
    }

    private static List<String> peers(List<String> settings, Predicate<String> which) {
        return settings.stream().filter(which).map(Rounds::python).toList();
    }

    /** Our sides and these settings of Python in turn. */
    private Rounds rounds(List<Side> ours, List<String> settings) {
        var theirs = new ArrayList<PythonSide>();
        try {
            settings.forEach(setting -> theirs.add(new PythonSide(script, network, setting, batch, threads)));
            theirs.forEach(PythonSide::await);
            largest = difference(ours.getFirst(), theirs.getFirst());
            return Rounds.of(ours, theirs, TURN_MILLIS);
        } finally {
            theirs.forEach(Side::close);
        }
    }

    /** The largest difference between two float32 outputs: they are the same network. */
    private static double difference(Side ours, Side theirs) {
        float[] a = ours.output();
        float[] b = theirs.output();
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }
}
