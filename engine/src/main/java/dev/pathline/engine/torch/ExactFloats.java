package dev.pathline.engine.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Keeps libtorch from computing float32 with less than float32's bits. On a GPU its convolutions round their inputs to the 10
 * bits of TF32 unless they are told not to, and so do its matrix products where somebody allows it. The switches are the
 * process's, and neither TorchScript nor DJL reaches them: they are functions of libtorch's {@code at::Context}, called by
 * their names in C++. The third of the kind, {@code setAllowTF32OneDNN}, is for Intel's GPUs, off, and warns where it is
 * touched.
 */
final class ExactFloats {

    private static final String CONTEXT = "_ZN2at13globalContextEv";

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
            context().ifPresent(context -> call(user.setter,
                    FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_BOOLEAN), context, on));
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
        return context().flatMap(context -> call(user.getter,
                FunctionDescriptor.of(ValueLayout.JAVA_BOOLEAN, ValueLayout.ADDRESS), context))
                .map(Boolean.class::cast);
    }

    private static Optional<MemorySegment> context() {
        return call(CONTEXT, FunctionDescriptor.of(ValueLayout.ADDRESS)).map(MemorySegment.class::cast);
    }

    @SuppressWarnings("restricted")
    private static Optional<Object> call(String function, FunctionDescriptor descriptor, Object... arguments) {
        // The libraries that DJL has loaded are those of the class loader that it shares with this class.
        return SymbolLookup.loaderLookup().find(function).flatMap(address -> {
            try {
                return Optional.ofNullable(Linker.nativeLinker().downcallHandle(address, descriptor)
                        .invokeWithArguments(arguments));
            } catch (Throwable e) {
                throw new IllegalStateException(function + " of libtorch cannot be called", e);
            }
        });
    }
}
