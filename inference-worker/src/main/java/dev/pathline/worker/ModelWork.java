package dev.pathline.worker;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.measure.SteadySizes;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TickProgram;
import dev.pathline.engine.torch.Torch;

/** What is done with models and takes its time, or fails as devices do. Apart from those who do it, so that faults can be tried out. */
interface ModelWork {

    /** Loads a model; the caller closes it. */
    LoadedModel load(Torch torch, Checkpoint checkpoint, NumericProfile profile);

    /** Evaluates a model that was just loaded, so that the first samples do not wait for what is done once. */
    void warmUp(LoadedModel model);

    /** Finds the sizes of evaluations in which a model's bits are steady; takes seconds. */
    SteadySizes steadySizes(Checkpoint checkpoint, LoadedModel model, int mostRows);

    /** Returns what lanes of a model compute with. */
    TickProgram program(LoadedModel model);

    /** The work as it is. */
    static ModelWork real(ProfileAdvisor advisor) {
        return new ModelWork() {

            @Override
            public LoadedModel load(Torch torch, Checkpoint checkpoint, NumericProfile profile) {
                return LoadedModel.load(torch, checkpoint, profile);
            }

            @Override
            public void warmUp(LoadedModel model) {
                advisor.warmUp(model);
            }

            @Override
            public SteadySizes steadySizes(Checkpoint checkpoint, LoadedModel model, int mostRows) {
                return advisor.steadySizes(checkpoint, model, mostRows);
            }

            @Override
            public TickProgram program(LoadedModel model) {
                return model.program();
            }
        };
    }
}
