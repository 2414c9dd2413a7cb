package dev.pathline.engine.torch;

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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript program written by Java and compiled by libtorch. It holds code and no weights.
 *
 * <p>Call it on the device's compute thread only. It lives until {@link #close()}.
 */
public final class ScriptProgram implements AutoCloseable {

    /** An argument of a method: one tensor or a list of tensors. */
    public sealed interface Argument {

        /** A tensor argument. */
        record Single(NDArray array) implements Argument {}

        /** A {@code List[Tensor]} argument; must not be empty. */
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

    /** Calls a method without recording gradients; the results are inference tensors. */
    public NDList infer(NDManager results, String method, Argument... arguments) {
        return call(results, method, false, arguments);
    }

    /** Calls a method that may use autograd inside. */
    public NDList train(NDManager results, String method, Argument... arguments) {
        return call(results, method, true, arguments);
    }

    private NDList call(NDManager results, String method, boolean training, Argument... arguments) {
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
