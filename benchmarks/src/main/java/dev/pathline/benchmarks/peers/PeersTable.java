package dev.pathline.benchmarks.peers;

import dev.pathline.engine.script.ProcessorFeatures;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A table of a comparison, a line for each network and batch that the arguments ask for. */
public final class PeersTable {

    /** Instruction sets that decide over speed. */
    private static final List<String> FLAGS = List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16", "bf16");

    private PeersTable() {}

    /** Measures one line of a table, on the compute thread. */
    @FunctionalInterface
    public interface Line {
        /** Returns the line, in Markdown. */
        String of(Torch torch, PeerNetwork network, int batch, int threads, Path script);
    }

    /**
     * Prints the machine and the table, as it is measured.
     *
     * @param args {@code SCRIPT [NETWORK[,NETWORK] [BATCH[,BATCH...]]]}
     * @param networks which, where the arguments do not say
     * @param batches likewise, separated by commas
     * @throws IOException if the networks' weights cannot be written for Python
     */
    public static void print(String[] args, List<String> networks, String batches, String header, Line line)
            throws IOException {
        Path script = Path.of(args[0]);
        List<String> names = args.length > 1 ? List.of(args[1].split(",")) : networks;
        List<Integer> sizes = Stream.of((args.length > 2 ? args[2] : batches).split(",")).map(Integer::valueOf)
                .toList();
        Path scratch = Files.createTempDirectory("peers");
        int threads = Runtime.getRuntime().availableProcessors();
        Torch torch = Torch.open("cpu");
        System.out.println(machine(threads) + "\n\n" + header);
        try (var thread = new ComputeThread("compute", threads)) {
            for (String name : names) {
                PeerNetwork network = PeerNetwork.write(scratch.resolve(name), name);
                for (int batch : sizes) {
                    System.out.println(thread.call(() -> line.of(torch, network, batch, threads, script)));
                }
            }
        }
    }

    /** The processor, what it multiplies and how many threads both sides have: a table is of one kind of processor. */
    private static String machine(int threads) {
        ProcessorFeatures here = ProcessorFeatures.here();
        return "%s (%s), %d threads, libtorch %s:".formatted(
                here.model().isEmpty() ? here.architecture() : here.model(),
                String.join(", ", FLAGS.stream().filter(here.flags()::contains).toList()), threads, Torch.version());
    }
}
