package dev.pathline.engine.script;

import dev.pathline.diffusion.plan.NetworkCall;
import dev.pathline.diffusion.plan.Stage;
import dev.pathline.diffusion.plan.ValueOperation;
import java.util.Collection;

/** What a tick computes only when one of its slots wants it. The position of a constant is its switch's. */
@SuppressWarnings("EnumOrdinal")
enum TickFeature {
    /** Guidance brought back to the spread of the labelled prediction. */
    RESCALE {
        @Override
        boolean isWantedBy(Stage stage) {
            NetworkCall call = stage.call();
            return call != null && call.rescale() != 0;
        }
    },
    /** Dynamic thresholding, which sorts. */
    THRESHOLD {
        @Override
        boolean isWantedBy(Stage stage) {
            NetworkCall call = stage.call();
            return call != null && call.operation() instanceof ValueOperation.DynamicThreshold;
        }
    },
    /** A step whose size follows from norms. */
    LANGEVIN {
        @Override
        boolean isWantedBy(Stage stage) {
            return stage.langevin() != null;
        }
    };

    abstract boolean isWantedBy(Stage stage);

    /** Returns the feature's place among the switches. */
    int index() {
        return ordinal();
    }

    /** Returns for each feature 1 where one of the stages wants it, else 0. */
    static float[] switches(Collection<Stage> stages) {
        float[] on = new float[values().length];
        for (TickFeature feature : values()) {
            on[feature.index()] = stages.stream().anyMatch(feature::isWantedBy) ? 1 : 0;
        }
        return on;
    }
}
