package dev.pathline.engine.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript program written by Java and compiled by libtorch. It holds code and no weights, but for a module of
 * another program that it may be written around.
 *
 * <p>Call it on the device's compute thread only. It lives until {@link #close()}.
 */
public final class ScriptProgram implements AutoCloseable {

    /** An argument of a method: one tensor or a list of tensors. */
    public sealed interface Argument {

        /** A tensor argument. */
        record Single(NDArray array) implements Argument {}

        /** A {@code List[Tensor]} argument; must not be empty, and its arrays are in no other argument. */
        record Many(List<NDArray> arrays) implements Argument {}
    }

    private final NDManager manager;
    private final PtSymbolBlock module;

    private ScriptProgram(NDManager manager, PtSymbolBlock module) {
        this.manager = manager;
        this.module = module;
    }

    /**
     * Compiles a program.
     *
     * @param torch the engine; the program's constants live on its device
     * @param methods the methods, as TorchScript text indented by two spaces
     * @throws ai.djl.engine.EngineException if libtorch refuses the text
     */
    public static ScriptProgram compile(Torch torch, String methods) {
        NDManager manager = torch.newManager();
        try {
            boolean mapToDevice = true;
            PtSymbolBlock module = JniUtils.loadModule((PtNDManager) manager,
                    new ByteArrayInputStream(ScriptArchive.write(methods)), mapToDevice, false);
            return new ScriptProgram(manager, module);
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException("cannot read from memory", e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Compiles a program around the module of another program, which its methods call as {@code self.inner}. The module
     * evaluates: dropout and the like are off.
     *
     * @param file a TorchScript archive; its code is run, so it must be trusted
     * @param methods as for {@link #compile}
     * @throws IllegalArgumentException if the file is not a TorchScript archive
     * @throws ai.djl.engine.EngineException if libtorch refuses the module or the text
     * @throws UncheckedIOException if the file cannot be read, or there is no room for a temporary copy
     */
    public static ScriptProgram wrap(Torch torch, Path file, String methods) {
        NDManager manager = torch.newManager();
        try {
            Path archive = Files.createTempFile("pathline", ".pt");
            try {
                ModuleArchive.wrap(file, archive, methods);
                boolean mapToDevice = true;
                PtSymbolBlock module = JniUtils.loadModule((PtNDManager) manager, archive, mapToDevice, new String[0],
                        new String[0], false);
                JniUtils.enableInferenceMode(module);
                return new ScriptProgram(manager, module);
            } finally {
                Files.delete(archive);
            }
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Calls a method without recording gradients; the results are inference tensors.
     *
     * @throws IllegalArgumentException if a list is empty, or an array of it is in another argument, too: DJL tells lists
     *         apart by the names of their arrays, and an array has one
     * @throws DeviceMemoryException if the device has not enough memory
     * @throws EngineException if the method fails in another way
     */
    public NDList infer(NDManager results, String method, Argument... arguments) {
        return call(results, method, false, arguments);
    }

    /** Calls a method that may use autograd inside; throws what {@link #infer} throws. */
    public NDList train(NDManager results, String method, Argument... arguments) {
        return call(results, method, true, arguments);
    }

    private NDList call(NDManager results, String method, boolean training, Argument... arguments) {
        requireApart(method, arguments);
        var list = new NDList();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case Argument.Single(NDArray array) -> list.add(named(array, null));
                case Argument.Many(List<NDArray> arrays) -> {
                    String name = "a" + i + "[]";
                    for (NDArray array : arrays) {
                        list.add(named(array, name));
                    }
                }
            }
        }
        try (NDManager scratch = results.newSubManager()) {
            // DJL chooses the method by the name of a marker array.
            NDArray marker = scratch.create(0f);
            marker.setName("module_method:" + method);
            list.add(marker);
            NDList out = IValueUtils.forward(module, list, training);
            out.attach(results);
            return out;
        } catch (EngineException e) {
            throw DeviceMemoryException.of(e).<RuntimeException>map(memory -> memory).orElse(e);
        }
    }

    private static void requireApart(String method, Argument... arguments) {
        var places = new IdentityHashMap<NDArray, Integer>();
        for (int i = 0; i < arguments.length; i++) {
            boolean many = arguments[i] instanceof Argument.Many;
            List<NDArray> arrays = switch (arguments[i]) {
                case Argument.Single(NDArray array) -> List.of(array);
                case Argument.Many(List<NDArray> list) -> list;
            };
            if (arrays.isEmpty()) {
                throw new IllegalArgumentException("argument " + i + " of " + method + " is a list without arrays");
            }
            for (NDArray array : arrays) {
                Integer other = places.putIfAbsent(array, i);
                if (other != null && other != i && (many || arguments[other] instanceof Argument.Many)) {
                    throw new IllegalArgumentException("arguments " + other + " and " + i + " of " + method
                            + " hold the same array, and at least one of them is a list: give each its own");
                }
            }
        }
    }

    private static NDArray named(NDArray array, @Nullable String name) {
        array.setName(name);
        return array;
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
