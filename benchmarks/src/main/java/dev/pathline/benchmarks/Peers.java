package dev.pathline.benchmarks;

import dev.pathline.benchmarks.peers.Comparison;
import dev.pathline.benchmarks.peers.PeerNetwork;
import dev.pathline.benchmarks.peers.PeersTable;
import java.io.IOException;

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
        PeersTable.print(args, PeerNetwork.EVALUATED, "1,4,16,64", Comparison.HEADER,
                (torch, network, batch, threads, script) -> new Comparison(torch, network, batch, threads, script)
                        .run());
    }
}
