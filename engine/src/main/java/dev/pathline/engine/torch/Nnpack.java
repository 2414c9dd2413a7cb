package dev.pathline.engine.torch;

import java.util.Optional;

/**
 * A third library of convolutions in libtorch, beside oneDNN and its own. libtorch asks whether it is there for every float32
 * convolution that it does not give to oneDNN: those of one tap, with fewer than 16 images, on one thread. But it gives
 * NNPACK 16 images or more alone, which oneDNN has then taken; so nothing is ever computed by it. On a processor whose caches
 * NNPACK does not know, each question is answered with a warning on the standard error, thousands a minute.
 */
final class Nnpack {

    private static final String SETTER = "_ZN2at7Context20setUserEnabledNNPACKEb";
    private static final String GETTER = "_ZNK2at7Context17userEnabledNNPACKEv";

    private Nnpack() {}

    /** Lets libtorch ask for it or not, in the whole process. */
    static void enable(boolean on) {
        ContextSwitches.set(SETTER, on);
    }

    /** Returns whether libtorch may ask for it; empty where it has no such switch. */
    static Optional<Boolean> isEnabled() {
        return ContextSwitches.isOn(GETTER);
    }
}
