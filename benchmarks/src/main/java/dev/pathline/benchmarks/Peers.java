package dev.pathline.benchmarks;

import dev.pathline.benchmarks.peers.Comparison;
import dev.pathline.benchmarks.peers.PeerNetwork;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One evaluation of a U-Net: ours against diffusers' in Python, with the same weights, batch and number of threads, turn
 * by turn in one run. Prints a table in Markdown.
 *
 * <p>Usage: {@code Peers SCRIPT [NETWORK[,NETWORK] [BATCH[,BATCH...]]]}; the environment variable {@code PYTHON} names a
 * Python with torch and diffusers.
 */
public final class Peers {

    private Peers() {}

    /** Runs the comparison. */
    public static void main(String[] args) throws IOException {
        Path script = Path.of(args[0]);
        List<String> networks = args.length > 1 ? List.of(args[1].split(",")) : PeerNetwork.EVALUATED;
        List<Integer> batches = Stream.of((args.length > 2 ? args[2] : "1,4,16,64").split(",")).map(Integer::valueOf)
                .toList();
        Path scratch = Files.createTempDirectory("peers");
        int threads = Runtime.getRuntime().availableProcessors();
        Torch torch = Torch.open("cpu");
        System.out.println(Comparison.HEADER);
        try (var thread = new ComputeThread("compute", threads)) {
            for (String name : networks) {
                PeerNetwork network = PeerNetwork.write(scratch.resolve(name), name);
                for (int batch : batches) {
                    var comparison = new Comparison(torch, network, batch, threads, script);
                    System.out.println(thread.call(comparison::run));
                }
            }
        }
    }
}
