package dev.pathline.benchmarks;

import dev.pathline.benchmarks.peers.FlowMapComparison;
import dev.pathline.benchmarks.peers.PeerNetwork;
import dev.pathline.benchmarks.peers.PeersTable;
import java.io.IOException;

/**
 * One step of training a flow map: ours against PyTorch's in Python, with the same weights, data, batch and number of threads,
 * turn by turn in one run. Prints a table in Markdown.
 *
 * <p>Usage: {@code PeersFlowMaps SCRIPT [NETWORK[,NETWORK] [BATCH[,BATCH...]]]}; the environment variable {@code PYTHON} names
 * a Python with torch and diffusers.
 */
public final class PeersFlowMaps {

    private PeersFlowMaps() {}

    /** Runs the comparison. */
    public static void main(String[] args) throws IOException {
        PeersTable.print(args, PeerNetwork.MAPS, "64", FlowMapComparison.HEADER,
                (torch, network, batch, threads,
                        script) -> new FlowMapComparison(torch, network, batch, threads, script).run());
    }
}
