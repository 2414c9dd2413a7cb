package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The list of weights that inference reads: first the network's parameters, each cast and laid out, then what is made of
 * several of them, then the averaging matrices of group norms. A parameter that is read as a part of another entry
 * leaves an empty tensor at its place.
 */
final class PreparedLayout {

    private static final String INDENT = "    ";

    private static final String NOTHING = "torch.zeros([0], dtype=6, layout=None, device=None, pin_memory=False)";

    /** The batch that packed convolutions are laid out for; any other works too. */
    private static final int PACKING_ROWS = 16;

    private final Network network;
    private final NumericProfile profile;
    private final LinearGroups groups;
    private final List<GroupNormScript.Groups> matrices;
    private final MasterWeights masters;
    private final DoubledConvolutions doubled;
    private final StringBuilder text = new StringBuilder();

    PreparedLayout(Network network, NumericProfile profile) {
        this.network = network;
        this.profile = profile;
        this.groups = new LinearGroups(network);
        this.matrices = GroupNormScript.matrices(network, profile);
        this.masters = new MasterWeights(network, profile);
        this.doubled = new DoubledConvolutions(network, profile);
    }

    /** Returns the linear maps that are one. */
    LinearGroups groups() {
        return groups;
    }

    /** Returns the place of a group's weights; their biases follow. */
    int place(LinearGroups.Group group) {
        return network.parameters().size() + 2 * groups.all().indexOf(group);
    }

    /** Returns the place of an averaging matrix. */
    int place(GroupNormScript.Groups matrix) {
        return network.parameters().size() + 2 * groups.all().size() + matrices.indexOf(matrix);
    }

    /** Returns the averaging matrices of the network's group norms. */
    List<GroupNormScript.Groups> matrices() {
        return matrices;
    }

    /**
     * Returns whether a linear map is oneDNN's, with weights laid out for it. On one vector a row libtorch's is faster:
     * the call costs more than the product. A weight of broken blocks stays as it is, see {@link WholeBlocks}.
     */
    boolean packs(Value linear) {
        int results = groups.of(linear).map(LinearGroups.Group::results).orElse(linear.shape().getLast());
        return profile.packed() && linear.shape().size() > 1
                && WholeBlocks.areIn(linear.inputs().getFirst().shape().getLast(), results);
    }

    /** Returns a method that makes the list of the float32 masters. */
    String prepare(String method) {
        text.append("  def ").append(method).append("(self, w: List[Tensor]) -> List[Tensor]:\n");
        text.append(INDENT).append("p = annotate(List[Tensor], [])\n");
        Map<Integer, Value> readers = readers();
        Set<Integer> parts = new HashSet<>();
        groups.all().forEach(group -> {
            parts.addAll(group.weights());
            parts.addAll(group.biases());
        });
        for (int i = 0; i < network.parameters().size(); i++) {
            append(parts.contains(i) ? NOTHING : entry(i, readers.get(i)));
        }
        for (LinearGroups.Group group : groups.all()) {
            append(packed(joined(group.weights()), group.members().getFirst()));
            append(group.biased() ? joined(group.biases()) : NOTHING);
        }
        matrices.forEach(matrix -> append(matrix.text("ops.prim.device(w[0])")));
        return text.append(INDENT).append("return p\n").toString();
    }

    private void append(String entry) {
        text.append(INDENT).append("_ = torch.append(p, ").append(entry).append(")\n");
    }

    /** The convolution or linear map that each weight is multiplied in. */
    private Map<Integer, Value> readers() {
        var readers = new HashMap<Integer, Value>();
        for (Value value : network.values()) {
            switch (value.op()) {
                case Op.Conv2d convolution -> readers.put(convolution.weight(), value);
                case Op.Linear linear -> readers.put(linear.weight(), value);
                default -> {
                }
            }
        }
        return readers;
    }

    private String entry(int index, @Nullable Value reader) {
        if (reader != null && doubled.contains(reader)) {
            return doubled(index, reader);
        }
        String master = masters.text(index);
        if (reader != null && reader.op() instanceof Op.Conv2d) {
            master = WholeBlocks.of(reader, profile).weight(master);
        }
        // Always a copy: a cast that changes nothing would return the caller's memory, which may go away.
        String weight = "torch.clone(" + master + ")";
        if (reader == null || !profile.packed()) {
            return weight;
        }
        return reader.op() instanceof Op.Conv2d op ? packed(weight, op, reader) : packed(weight, reader);
    }

    /** The weight of a convolution of a doubled image. */
    private String doubled(int index, Value convolution) {
        WholeBlocks blocks = WholeBlocks.of(convolution, profile);
        String weight = blocks.transposedWeight(masters.doubled(index));
        Value x = convolution.inputs().getFirst().inputs().getFirst();
        return profile.packed()
                ? String.format(Locale.ROOT,
                        "ops.mkldnn._reorder_convolution_transpose_weight(%s, [1, 1], [0, 0], [2, 2], [1, 1], 1,"
                                + " [%d, %d, %d, %d])",
                        weight, PACKING_ROWS, x.channels() + blocks.input(), x.dim(1), x.dim(2))
                : weight;
    }

    /** Returns the expression of some master weights, one below the other. */
    String joined(List<Integer> indices) {
        return "torch.cat([" + indices.stream().map(masters::text).collect(Collectors.joining(", ")) + "], 0)";
    }

    private String packed(String weight, Value linear) {
        return packs(linear) ? "ops.mkldnn._reorder_linear_weight(" + weight + ", None)" : weight;
    }

    /** The weight in the order in which oneDNN's kernel for this place of the network reads it. */
    private String packed(String weight, Op.Conv2d op, Value convolution) {
        Value x = convolution.inputs().getFirst();
        return String.format(Locale.ROOT,
                "ops.mkldnn._reorder_convolution_weight(%1$s, [%2$d, %2$d], [%3$d, %3$d], [1, 1], 1, [%4$d, %5$d, %6$d, %7$d])",
                weight, op.padding(), op.stride(), PACKING_ROWS,
                x.channels() + WholeBlocks.of(convolution, profile).input(), x.dim(1), x.dim(2));
    }
}
