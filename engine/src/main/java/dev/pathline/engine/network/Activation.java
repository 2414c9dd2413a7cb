package dev.pathline.engine.network;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Op.Elementwise.Function;
import dev.pathline.engine.graph.Value;
import java.util.List;
import java.util.Locale;

/** The functions between a network's layers. */
public enum Activation {
    /** {@code x * sigmoid(x)}, also called swish. */
    SILU {
        @Override
        Value of(Graph graph, Value x) {
            return graph.silu(x);
        }
    },
    /** {@code max(x, 0)}. */
    RELU {
        @Override
        Value of(Graph graph, Value x) {
            return graph.map(Function.RELU, x);
        }
    },
    /** {@code x Phi(x)}. */
    GELU {
        @Override
        Value of(Graph graph, Value x) {
            return graph.map(Function.GELU, x);
        }
    },
    /** {@code x tanh(ln(1 + exp(x)))}. */
    MISH {
        @Override
        Value of(Graph graph, Value x) {
            return graph.map(Function.MISH, x);
        }
    };

    abstract Value of(Graph graph, Value x);

    /** Reads diffusers' setting, in any case. */
    static Activation named(String key, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        JsonSettings.require(List.of("silu", "swish", "relu", "gelu", "mish").contains(lower), key,
                "is '" + name + "'; supported are silu, swish, relu, gelu, mish");
        return lower.equals("swish") ? SILU : valueOf(lower.toUpperCase(Locale.ROOT));
    }
}
