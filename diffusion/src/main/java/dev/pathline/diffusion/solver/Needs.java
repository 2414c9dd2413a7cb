package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.card.ModelKind;

/** What a solver needs of a model. */
public enum Needs {
    /** The instantaneous field at one time. */
    FIELD {
        @Override
        public boolean isMetBy(ModelKind kind) {
            return kind != ModelKind.CONSISTENCY;
        }
    },
    /** Jumps to clean data. */
    JUMPS_TO_DATA {
        @Override
        public boolean isMetBy(ModelKind kind) {
            return kind != ModelKind.DIFFUSION;
        }
    },
    /** Jumps to any time. */
    JUMPS {
        @Override
        public boolean isMetBy(ModelKind kind) {
            return kind == ModelKind.FLOW_MAP;
        }
    };

    /** Returns whether a model of that kind has what is needed. */
    public abstract boolean isMetBy(ModelKind kind);
}
