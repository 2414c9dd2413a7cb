package dev.pathline.engine.torch;

import java.util.Optional;

/**
 * Keeps libtorch from computing float32 with less than float32's bits. On a GPU its convolutions round their inputs to the 10
 * bits of TF32 unless they are told not to, and so do its matrix products where somebody allows it. The switches are the
 * process's ({@link ContextSwitches}). The third of the kind, {@code setAllowTF32OneDNN}, is for Intel's GPUs, off, and warns where it is
 * touched.
 */
final class ExactFloats {

    /** Who may use TF32, each with the name of what sets it and of what tells. */
    private enum User {
        /** cuDNN's convolutions, {@code at::Context::setAllowTF32CuDNN}: on where nobody says otherwise. */
        CONVOLUTIONS("_ZN2at7Context17setAllowTF32CuDNNEb", "_ZNK2at7Context14allowTF32CuDNNEv"),
        /** cuBLAS's products, {@code at::Context::setAllowTF32CuBLAS}. */
        PRODUCTS("_ZN2at7Context18setAllowTF32CuBLASEb", "_ZNK2at7Context15allowTF32CuBLASEv");

        private final String setter;
        private final String getter;

        User(String setter, String getter) {
            this.setter = setter;
            this.getter = getter;
        }
    }

    private ExactFloats() {}

    /**
     * Turns TF32 off everywhere; libtorch must be loaded.
     *
     * @return whether it is off now: not where libtorch has no such switches, or an environment variable of its own insists
     */
    static boolean require() {
        allow(false);
        return !isAllowed();
    }

    /** Allows TF32 or not, where libtorch has the switches. */
    static void allow(boolean on) {
        for (User user : User.values()) {
            ContextSwitches.set(user.setter, on);
        }
    }

    /** Returns whether any of the users may use TF32; true where that is not known. */
    static boolean isAllowed() {
        for (User user : User.values()) {
            if (isAllowed(user).orElse(true)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Boolean> isAllowed(User user) {
        return ContextSwitches.isOn(user.getter);
    }
}
