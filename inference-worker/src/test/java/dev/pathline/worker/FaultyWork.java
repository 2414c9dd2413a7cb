package dev.pathline.worker;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.SteadySizes;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TickProgram;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The real work with models, which does what a test wants before each part of it, and remembers what was loaded. */
class FaultyWork implements ModelWork {

    /** The parts of the work. */
    enum Part {
        LOAD, PROGRAM, WARM_UP, TRIAL
    }

    /** What happens before a part of the work on a model. */
    @FunctionalInterface
    interface Before {
        void part(Part part, String model) throws Throwable;
    }

    private final ModelWork real;
    private final UnaryOperator<TickProgram> programs;
    private final Before before;
    private final Consumer<LoadedModel> loaded;

    FaultyWork(ModelWork real) {
        this(real, UnaryOperator.identity());
    }

    FaultyWork(ModelWork real, UnaryOperator<TickProgram> programs) {
        this(real, programs, (_, _) -> {
        }, _ -> {
        });
    }

    FaultyWork(ModelWork real, UnaryOperator<TickProgram> programs, Before before, Consumer<LoadedModel> loaded) {
        this.real = real;
        this.programs = programs;
        this.before = before;
        this.loaded = loaded;
    }

    /** What happens before the parts, and a list of what was loaded. */
    static UnaryOperator<ModelWork> with(Before before, List<LoadedModel> loaded) {
        return real -> new FaultyWork(real, UnaryOperator.identity(), before, loaded::add);
    }

    static List<LoadedModel> list() {
        return Collections.synchronizedList(new ArrayList<>());
    }

    /** Throws anything. */
    static void raise(Throwable thrown) {
        switch (thrown) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalArgumentException("no checked exceptions here", thrown);
        }
    }

    private void before(Part part, String model) {
        try {
            before.part(part, model);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            raise(e);
        }
    }

    @Override
    public LoadedModel load(Torch torch, Checkpoint checkpoint, NumericProfile profile) {
        before(Part.LOAD, checkpoint.card().name());
        LoadedModel model = real.load(torch, checkpoint, profile);
        loaded.accept(model);
        return model;
    }

    @Override
    public void warmUp(LoadedModel model) {
        before(Part.WARM_UP, model.card().name());
        real.warmUp(model);
    }

    @Override
    public SteadySizes steadySizes(Checkpoint checkpoint, LoadedModel model, int mostRows) {
        before(Part.TRIAL, model.card().name());
        return real.steadySizes(checkpoint, model, mostRows);
    }

    @Override
    public TickProgram program(LoadedModel model) {
        before(Part.PROGRAM, model.card().name());
        return programs.apply(real.program(model));
    }
}
