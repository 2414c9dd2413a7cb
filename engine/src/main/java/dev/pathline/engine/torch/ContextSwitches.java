package dev.pathline.engine.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Switches of libtorch that hold for the whole process and that neither TorchScript nor DJL reaches: functions of its
 * {@code at::Context}, called by their names in C++. libtorch must be loaded.
 */
final class ContextSwitches {

    private static final String CONTEXT = "_ZN2at13globalContextEv";

    private ContextSwitches() {}

    /**
     * Sets a switch; nothing happens where libtorch does not have it.
     *
     * @param setter the mangled name of {@code void at::Context::...(bool)}
     */
    static void set(String setter, boolean on) {
        context().ifPresent(context -> call(setter,
                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_BOOLEAN), context, on));
    }

    /**
     * Returns whether a switch is on; empty where libtorch does not have it.
     *
     * @param getter the mangled name of {@code bool at::Context::...() const}
     */
    static Optional<Boolean> isOn(String getter) {
        return context().flatMap(context -> call(getter,
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
