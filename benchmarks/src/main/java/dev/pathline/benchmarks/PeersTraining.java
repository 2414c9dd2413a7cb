package dev.pathline.benchmarks;

import dev.pathline.benchmarks.peers.PeerNetwork;
import dev.pathline.benchmarks.peers.PeersTable;
import dev.pathline.benchmarks.peers.TrainingComparison;
import java.io.IOException;

/**
 * One step of training a U-Net: ours against PyTorch's in Python, with the same weights, data, batch and number of
 * threads, turn by turn in one run. Prints a table in Markdown.
 *
 * <p>Usage: {@code PeersTraining SCRIPT [NETWORK[,NETWORK] [BATCH[,BATCH...]]]}; the environment variable {@code PYTHON}
 * names a Python with torch and diffusers.
 */
public final class PeersTraining {

    private PeersTraining() {}

    /** Runs the comparison. */
    public static void main(String[] args) throws IOException {
        PeersTable.print(args, PeerNetwork.TRAINED, "64,128", TrainingComparison.HEADER,
                (torch, network, batch, threads,
                        script) -> new TrainingComparison(torch, network, batch, threads, script).run());
    }
}
