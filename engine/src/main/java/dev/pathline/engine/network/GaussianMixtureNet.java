package dev.pathline.engine.network;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op.Elementwise.Function;
import dev.pathline.engine.graph.Value;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a perfectly trained network would compute on the data {@code sum_k w_k N(mean_k, std_k^2 I)}, so that a server can
 * be held against the truth. Its weights are the mixture.
 *
 * <p>Inputs: {@code x} of shape {@code [dimension]}, {@code time}, the angle {@code phi} of
 * {@code x = cos(phi) x_0 + sin(phi) eps}, and with classes {@code label}. Output: {@code F} of shape {@code [dimension]}
 * in {@code E[x_0 | x] = cos(phi) x + sin(phi) F}. A card names the data as prediction, the preconditioning
 * {@code edm} with {@code sigmaData} 1 and the time input {@code angle}; the schedule may be any.
 *
 * <p>With {@code V_k = cos^2 std_k^2 + sin^2} the posterior mean of component {@code k} is
 * {@code mean_k + cos std_k^2 / V_k (x - cos mean_k)}; less {@code cos x}, the quotient by {@code sin} is
 * {@code sin (mean_k + cos (std_k^2 - 1) / V_k (x - cos mean_k))}, which is bounded at both ends.
 *
 * @param dimension the number of elements of a sample
 * @param components the number of Gaussians
 * @param numClassEmbeds rows of the table of shares, the null class included, or null for no class input. A class is a
 *        mixture of the same Gaussians with shares of its own; {@code log_shares.weight} holds their logarithms, minus
 *        infinity for a component that the class lacks.
 */
public record GaussianMixtureNet(int dimension, int components, @Nullable Integer numClassEmbeds)
        implements
            NetworkConfig {

    /** The value of {@code _class_name}. */
    public static final String CLASS_NAME = "GaussianMixtureNet";

    /** The parameter with the logarithms of the shares, {@code [classes, components]}. */
    public static final String LOG_SHARES = "log_shares.weight";

    /** The parameter with the means, {@code [components, dimension]}. */
    public static final String MEANS = "means";

    /** The parameter with the standard deviations, {@code [components]}. */
    public static final String STDS = "stds";

    private static final Set<String> KEYS = Set.of("_class_name", "dimension", "components", "num_class_embeds");

    /**
     * Reads a configuration; {@code num_class_embeds} may be null or absent.
     *
     * @throws IllegalArgumentException if a key is missing, unknown or malformed; the message names it
     */
    public static GaussianMixtureNet read(JsonNode json) {
        var settings = new JsonSettings(json, JsonMapper.shared().createObjectNode().putNull("num_class_embeds"));
        settings.requireKnown(KEYS);
        return new GaussianMixtureNet(settings.positive("dimension"), settings.positive("components"),
                settings.positiveOrNull("num_class_embeds"));
    }

    @Override
    public ObjectNode json() {
        return JsonMapper.shared().createObjectNode().put("_class_name", CLASS_NAME).put("dimension", dimension)
                .put("components", components).put("num_class_embeds", numClassEmbeds);
    }

    @Override
    public NetworkType type() {
        return NetworkType.GAUSSIAN_MIXTURE;
    }

    @Override
    public boolean keepsFloat32() {
        return true;
    }

    @Override
    public Network build() {
        var graph = new Graph();
        Value x = graph.reshape(graph.input("x", List.of(dimension)), 1, dimension);
        Value time = graph.timeInput("time");
        Value cos = graph.reshape(graph.map(Function.COS, time), 1, 1);
        Value sin = graph.reshape(graph.map(Function.SIN, time), 1, 1);
        Value logShares = logShares(graph);
        Value means = graph.weight(MEANS, List.of(components, dimension), new Initializer.Normal(1));
        Value stds = graph.weight(STDS, List.of(components), Initializer.ONES);

        Value data = graph.reshape(graph.multiply(stds, stds), components, 1);
        Value variance = graph.add(graph.multiply(graph.multiply(cos, cos), data), graph.multiply(sin, sin));
        Value offset = graph.add(x, graph.affine(graph.multiply(cos, means), -1, 0));
        Value shares = shares(graph, logShares, graph.reshape(variance, components), offset);
        Value gain = graph.divide(graph.multiply(cos, graph.affine(data, 1, -1)), variance);
        Value each = graph.add(means, graph.multiply(gain, offset));
        Value all = graph.sum(graph.multiply(graph.reshape(shares, components, 1), each), 0);
        return graph.build(graph.multiply(graph.reshape(sin, 1), all));
    }

    private Value logShares(Graph graph) {
        return numClassEmbeds == null
                ? graph.reshape(graph.weight(LOG_SHARES, List.of(1, components), Initializer.ZEROS), components)
                : graph.embedding(graph.labelInput("label"), "log_shares", numClassEmbeds, components);
    }

    /** The probability that the point came from each component. */
    private Value shares(Graph graph, Value logShares, Value variance, Value offset) {
        Value distance = graph.divide(graph.sum(graph.multiply(offset, offset), 1), variance);
        Value volume = graph.affine(graph.map(Function.LOG, variance), dimension, 0);
        return graph.softmax(graph.add(logShares, graph.affine(graph.add(volume, distance), -0.5, 0)));
    }
}
