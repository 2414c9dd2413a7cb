package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.script.NumericProfile.NormVariant;
import dev.pathline.engine.script.NumericProfile.Precision;
import java.util.HashSet;
import java.util.Set;

/** Writes how a master weight is brought to the precision and the layout that a network computes in. */
final class MasterWeights {

    private final Network network;
    private final NumericProfile profile;
    /** Parameters of norms that are computed in float32 whatever the network's precision. */
    private final Set<Integer> wide = new HashSet<>();

    MasterWeights(Network network, NumericProfile profile) {
        this.network = network;
        this.profile = profile;
        if (profile.norm() == NormVariant.SUMS) {
            network.values().forEach(value -> {
                if (value.op() instanceof Op.GroupNorm norm) {
                    wide.add(norm.weight());
                    wide.add(norm.bias());
                }
            });
        }
    }

    /** Returns the parameter {@code w[index]}, cast and laid out; itself where nothing is to be done. */
    String text(int index) {
        Parameter parameter = network.parameters().get(index);
        String master = "w[" + index + "]";
        String cast = wide.contains(index) || parameter.exact() ? master : cast(master, profile.precision());
        return profile.channelsLast() && parameter.isConvolution() ? channelsLast(cast) : cast;
    }

    /** Returns the weight {@code w[index]} of a convolution of a doubled image, cast and laid out. */
    String doubled(int index) {
        String cast = cast(DoubledConvolutions.weight("w[" + index + "]"), profile.precision());
        return profile.channelsLast() ? channelsLast(cast) : cast;
    }

    /** Returns an image in channels-last memory. */
    static String channelsLast(String image) {
        return "torch.contiguous(" + image + ", memory_format=2)";
    }

    /** Returns a float32 value in another precision; itself where that is float32. */
    static String cast(String value, Precision precision) {
        return precision == Precision.FLOAT32 ? value : "torch.to(" + value + ", " + precision.code() + ")";
    }
}
