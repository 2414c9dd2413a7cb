package dev.pathline.engine.checkpoint.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Ddpm;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpCosine;
import dev.pathline.engine.checkpoint.DiffusersFiles;
import dev.pathline.engine.network.NetworkType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class SchedulersTest {

    private static ObjectNode config(String className, String settings) {
        ObjectNode json = (ObjectNode) JsonMapper.shared().readTree("{" + settings.replace('\'', '"') + "}");
        return json.put("_class_name", className);
    }

    private static SchedulerFacts read(String className, String settings) {
        return Schedulers.read(config(className, settings), false);
    }

    private static SamplingDefaults defaults(String className, String settings) {
        return read(className, settings).defaults();
    }

    @Test
    void shouldReadTheDefaultsOfEveryClassAsPythonHasThem() {
        assertThat(read("DDPMScheduler", "")).satisfies(facts -> {
            assertThat(facts.card("x", List.of(3, 8, 8)).noiseSchedule())
                    .isEqualTo(Ddpm.linear(1e-4, 0.02, 1000, false));
            assertThat(facts.prediction()).isEqualTo(Prediction.NOISE);
            assertThat(facts.timeInput()).isEqualTo(new TimeInput.Scaled(1000, -1));
            assertThat(facts.defaults()).isEqualTo(new SamplingDefaults("ancestral", 100, "leading", 1, "clip"));
        });
        assertThat(defaults("DDIMScheduler", "")).isEqualTo(
                new SamplingDefaults("ddim-raw-noise", 50, "leading", 1, "clip"));
        assertThat(defaults("DPMSolverMultistepScheduler", "")).isEqualTo(
                new SamplingDefaults("dpm-solver++-2m", 20, "linspace-open", 1));
        assertThat(defaults("UniPCMultistepScheduler", "")).isEqualTo(
                new SamplingDefaults("unipc-2", 20, "linspace-open", 1));
        assertThat(defaults("EulerDiscreteScheduler", "")).isEqualTo(
                new SamplingDefaults("ddim", 25, "linspace-unrounded", 1));
        assertThat(read("HeunDiscreteScheduler", "").card("x", List.of(3, 8, 8)).noiseSchedule())
                .isEqualTo(Ddpm.linear(0.00085, 0.012, 1000, false));
        assertThat(read("EDMEulerScheduler", "")).isEqualTo(new SchedulerFacts(ModelKind.DIFFUSION,
                new Edm(0.002, 80).spec(), Prediction.DATA, new Preconditioning.Edm(0.5), new TimeInput.LogSigma(0.25),
                new SamplingDefaults("euler", 20, "karras", 1)));
        assertThat(read("FlowMatchEulerDiscreteScheduler", "'shift': 3")).isEqualTo(new SchedulerFacts(
                ModelKind.DIFFUSION, new RectifiedFlow(3).spec(), Prediction.VELOCITY, Preconditioning.NONE,
                new TimeInput.Scaled(1000, 0), new SamplingDefaults("euler", 20, "linspace-unrounded", 1)));
        assertThat(read("FlowMapEulerDiscreteScheduler", "'shift': 5.0")).isEqualTo(new SchedulerFacts(
                ModelKind.FLOW_MAP, new RectifiedFlow(5).spec(), Prediction.AVERAGE_VELOCITY, Preconditioning.NONE,
                new TimeInput.Scaled(1000, 0), new SamplingDefaults("mean-flow", 4, "time", 1)));
        assertThat(read("CMStochasticIterativeScheduler", "'num_train_timesteps': 201, 'clip_denoised': false"))
                .isEqualTo(new SchedulerFacts(ModelKind.CONSISTENCY, new Edm(0.002, 80, 201).spec(), Prediction.DATA,
                        new Preconditioning.Consistency(0.5, 0.002), new TimeInput.LogSigma(250),
                        new SamplingDefaults("consistency", 2, "karras-leading", 1)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"',
            textBlock = """
                    DDPMScheduler | 'variance_type': 'fixed_large', 'clip_sample': false | ancestral-fixed-large | leading
                    DDIMScheduler | 'clip_sample': false, 'timestep_spacing': 'trailing' | ddim | trailing
                    DPMSolverMultistepScheduler | 'use_karras_sigmas': true | dpm-solver++-2m | karras
                    DPMSolverMultistepScheduler | 'timestep_spacing': 'leading', 'solver_type': 'heun' | dpm-solver++-2m-heun | leading-open
                    DPMSolverMultistepScheduler | 'algorithm_type': 'sde-dpmsolver++' | sde-dpm-solver++-2m | linspace-open
                    UniPCMultistepScheduler | 'solver_order': 3, 'solver_type': 'bh1' | unipc-3-bh1 | linspace-open
                    EulerDiscreteScheduler | 'timestep_spacing': 'leading' | ddim | leading
                    EulerAncestralDiscreteScheduler | 'timestep_spacing': 'trailing' | euler-ancestral | trailing
                    HeunDiscreteScheduler | 'use_exponential_sigmas': true | edm-heun | exponential
                    EDMDPMSolverMultistepScheduler | 'solver_order': 1 | ddim | karras
                    """)
    void shouldKnowTheSolverAndTheGrid(String className, String settings, String solver, String grid) {
        assertThat(defaults(className, settings).solver()).isEqualTo(solver);
        assertThat(defaults(className, settings).timeGrid()).isEqualTo(grid);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"',
            textBlock = """
                    DDPMScheduler | 'beta_schedule': 'sigmoid' | beta_schedule of DDPMScheduler is "sigmoid"; supported are linear, scaled_linear, squaredcos_cap_v2
                    DDPMScheduler | 'trained_betas': [0.1, 0.2] | trained_betas of DDPMScheduler is [0.1,0.2]; a list of betas has no schedule here
                    DDPMScheduler | 'variance_type': 'learned_range' | variance_type
                    DDPMScheduler | 'clip_sample_range': 2 | clip_sample_range of DDPMScheduler is 2; supported is 1
                    DDPMScheduler | 'thresholding': true, 'sample_max_value': 1.5 | sample_max_value of DDPMScheduler is 1.5; supported is 1
                    DDPMScheduler | 'steps_offset': 1 | steps_offset of DDPMScheduler is 1
                    DDPMScheduler | 'prediction_type': 'flow' | prediction_type
                    DDPMScheduler | 'num_train_timesteps': 'many' | num_train_timesteps of DDPMScheduler is "many"; it must be a number
                    DDPMScheduler | 'num_train_timesteps': 1 | num_train_timesteps of DDPMScheduler is 1; supported are 2 to
                    DDIMScheduler | 'num_train_timesteps': 0 | num_train_timesteps of DDIMScheduler is 0; supported are 2 to
                    DDPMScheduler | 'beta_end': 2 | beta_end of DDPMScheduler is 2; it must be at least beta_start
                    DDPMScheduler | 'beta_start': 0 | beta_start of DDPMScheduler is 0; it must be above 0
                    DDPMScheduler | 'rescale_betas_zero_snr': true | rescale_betas_zero_snr of DDPMScheduler is true; with prediction_type epsilon
                    DDIMScheduler | 'set_alpha_to_one': false | set_alpha_to_one
                    DPMSolverMultistepScheduler | 'algorithm_type': 'dpmsolver' | algorithm_type
                    DPMSolverMultistepScheduler | 'solver_order': 3 | solver_order of DPMSolverMultistepScheduler is 3
                    DPMSolverMultistepScheduler | 'final_sigmas_type': 'sigma_min' | final_sigmas_type
                    DPMSolverMultistepScheduler | 'use_lu_lambdas': true | use_lu_lambdas
                    DPMSolverMultistepScheduler | 'lambda_min_clipped': -4 | lambda_min_clipped
                    DPMSolverMultistepScheduler | 'use_flow_sigmas': true | use_flow_sigmas
                    UniPCMultistepScheduler | 'predict_x0': false | predict_x0
                    EulerDiscreteScheduler | 'interpolation_type': 'log_linear' | interpolation_type
                    EulerDiscreteScheduler | 'timestep_type': 'continuous' | timestep_type
                    EDMEulerScheduler | 'prediction_type': 'v_prediction' | prediction_type of EDMEulerScheduler
                    EDMEulerScheduler | 'rho': 5 | rho of EDMEulerScheduler is 5; supported is 7
                    FlowMatchEulerDiscreteScheduler | 'use_dynamic_shifting': true | use_dynamic_shifting
                    FlowMatchEulerDiscreteScheduler | 'num_train_timesteps': 0 | num_train_timesteps of FlowMatchEulerDiscreteScheduler is 0; it must be a whole number from 1 on
                    FlowMatchEulerDiscreteScheduler | 'shift': -2 | shift of FlowMatchEulerDiscreteScheduler is -2; it must be above 0
                    FlowMatchEulerDiscreteScheduler | 'stochastic_sampling': true | stochastic_sampling
                    CMStochasticIterativeScheduler | 's_noise': 1.1 | s_noise of CMStochasticIterativeScheduler is 1.1; supported is 1
                    CMStochasticIterativeScheduler | 'rho': 5 | rho of CMStochasticIterativeScheduler is 5; supported is 7
                    CMStochasticIterativeScheduler | 'sigma_min': 0 | sigma_min of CMStochasticIterativeScheduler is 0; it must be above 0
                    CMStochasticIterativeScheduler | 'sigma_max': 0.001 | sigma_max of CMStochasticIterativeScheduler is 0.001; it must be above sigma_min, which is 0.002
                    CMStochasticIterativeScheduler | 'sigma_data': -0.5 | sigma_data of CMStochasticIterativeScheduler is -0.5; it must be above 0
                    CMStochasticIterativeScheduler | 'num_train_timesteps': 1 | num_train_timesteps of CMStochasticIterativeScheduler is 1; it must be a whole number from 2 on
                    FlowMapEulerDiscreteScheduler | 'shift': 0 | shift of FlowMapEulerDiscreteScheduler is 0; it must be above 0
                    FlowMapEulerDiscreteScheduler | 'num_train_timesteps': 0.5 | num_train_timesteps of FlowMapEulerDiscreteScheduler is 0.5; it must be a whole number from 1 on
                    PNDMScheduler | | PNDMScheduler has no solver here
                    TCDScheduler | | TCDScheduler is not supported; supported are CMStochasticIterativeScheduler, DDIMScheduler,
                    """)
    void shouldNameTheFirstSettingThatIsNotSupported(String className, String settings, String message) {
        assertThatThrownBy(() -> read(className, settings == null ? "" : settings))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void shouldSayHowToImportAModelWhoseSamplingIsNotSupported() {
        assertThatThrownBy(() -> read("DDPMScheduler", "'steps_offset': 1")).hasMessageContaining("--own-defaults");
        assertThatThrownBy(() -> read("DDPMScheduler", "'beta_schedule': 'sigmoid'"))
                .hasMessageNotContaining("--own-defaults");
        assertThat(Schedulers.read(config("PNDMScheduler", "'steps_offset': 1"), true).defaults())
                .isEqualTo(SamplingDefaults.DEFAULT);
    }

    static List<ObjectNode> configurations() {
        return List.of(config("DDPMScheduler", ""),
                config("DDPMScheduler", "'variance_type': 'fixed_large', 'clip_sample': false, 'beta_end': 0.01"),
                config("DDIMScheduler", "'beta_schedule': 'scaled_linear', 'prediction_type': 'v_prediction',"
                        + "'rescale_betas_zero_snr': true, 'timestep_spacing': 'trailing'"),
                config("DDIMScheduler", "'clip_sample': false"),
                config("DPMSolverMultistepScheduler", "'solver_type': 'heun', 'solver_order': 3, 'thresholding': true"),
                config("DPMSolverMultistepScheduler", "'algorithm_type': 'sde-dpmsolver++'"),
                config("DPMSolverMultistepScheduler", "'use_karras_sigmas': true, 'num_train_timesteps': 500"),
                config("UniPCMultistepScheduler", "'solver_order': 3, 'solver_type': 'bh1'"),
                config("EulerAncestralDiscreteScheduler", "'timestep_spacing': 'leading'"),
                config("HeunDiscreteScheduler", "'beta_schedule': 'squaredcos_cap_v2', 'clip_sample': true"),
                config("EDMEulerScheduler", "'sigma_max': 70, 'sigma_schedule': 'exponential'"),
                config("EDMDPMSolverMultistepScheduler", "'sigma_data': 1.0, 'thresholding': true"),
                config("FlowMatchEulerDiscreteScheduler", "'shift': 3.0"),
                config("FlowMapEulerDiscreteScheduler", "'shift': 3.0"),
                config("FlowMapEulerDiscreteScheduler", "'num_train_timesteps': 1"),
                config("CMStochasticIterativeScheduler", "'sigma_data': 0.3, 'sigma_min': 0.01, 'sigma_max': 60.0"),
                config("CMStochasticIterativeScheduler", "'num_train_timesteps': 201"));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void shouldWriteWhatItHasRead(ObjectNode json) {
        ModelCard card = Schedulers.read(json, false).card("x", List.of(3, 8, 8));
        ObjectNode written = SchedulerWriter.write(card).orElseThrow();
        assertThat(written.get("_class_name")).isEqualTo(json.get("_class_name"));
        assertThat(Schedulers.read(written, false).card("x", List.of(3, 8, 8))).isEqualTo(card);
    }

    @Test
    void shouldWriteNothingForAModelThatDiffusersCannotSample() {
        ModelCard flow = read("FlowMatchEulerDiscreteScheduler", "").card("x", List.of(3, 8, 8));
        assertThat(SchedulerWriter.write(flow.withNetworkInput(Preconditioning.NONE, TimeInput.ANGLE))).isEmpty();
        ModelCard beta = read("DDPMScheduler", "").card("x", List.of(3, 8, 8));
        assertThat(SchedulerWriter.write(beta.withNetworkInput(Preconditioning.NONE, TimeInput.scaled(1000))))
                .isEmpty();
    }

    /** The class of the index may be another than the one that wrote the file: Python gives it what it has. */
    @Test
    void shouldLeaveOutWhatTheClassHasNot() {
        assertThat(read("HeunDiscreteScheduler", "'rescale_betas_zero_snr': true"))
                .isEqualTo(read("HeunDiscreteScheduler", ""));
        assertThat(read("DDPMScheduler", "'use_karras_sigmas': true, 'algorithm_type': 'dpmsolver', 'solver_order': 9"))
                .isEqualTo(read("DDPMScheduler", ""));
        assertThat(
                read("EulerDiscreteScheduler", "'clip_sample': true, 'thresholding': true, 'variance_type': 'learned'"))
                .isEqualTo(read("EulerDiscreteScheduler", ""));
        assertThat(Schedulers.unknown(config("DDPMScheduler", "'tensor_format': 'pt', 'solver_order': 2, '_x': 1")))
                .containsExactly("tensor_format");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"',
            textBlock = """
                    DDPMScheduler | 'predction_type': 'v_prediction' | predction_type is no setting of DDPMScheduler; did you mean prediction_type?
                    DDPMScheduler | 'clip-samples': false | clip-samples is no setting of DDPMScheduler; did you mean clip_sample?
                    EulerDiscreteScheduler | 'beta_schedul': 'scaled_linear' | did you mean beta_schedule?
                    EDMEulerScheduler | 'sigma_dat': 1.0 | did you mean sigma_data?
                    DDPMScheduler | 'predict_epsilon': false | it means --set prediction_type=sample
                    """)
    void shouldRefuseWhatIsMisspelt(String className, String settings, String message) {
        assertThatThrownBy(() -> Schedulers.requireSpelled(config(className, settings)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void shouldLetPassWhatIsOnlyUnknown() {
        Schedulers.requireSpelled(config("DDPMScheduler", "'timestep_values': null, 'tensor_format': 'pt',"
                + "'predict_epsilon': true, 'skip_prk_steps': true, 'sigma_min': 0.1"));
        Schedulers.requireSpelled(config("DDPMScheduler", "'predict_epsilon': false, 'prediction_type': 'sample'"));
    }

    private static ModelCard cosine(Prediction prediction, String solver) {
        return ModelCard.of("x", ModelKind.DIFFUSION, List.of(3, 8, 8), VpCosine.DEFAULT.spec(), prediction)
                .withNetworkInput(Preconditioning.NONE, TimeInput.scaled(1000))
                .withDefaults(new SamplingDefaults(solver, 20, null, 1));
    }

    /** A table of betas for a schedule that diffusers has no name for, up to the index where sampling starts here. */
    @ParameterizedTest
    @ValueSource(strings = {"dpm-solver++-2m", "ddim", "ancestral", "unipc-2", "edm-heun", "euler-ancestral"})
    void shouldWriteAScheduleWithoutANameAsATableOfBetas(String solver) {
        for (Prediction prediction : List.of(Prediction.V_PREDICTION, Prediction.NOISE, Prediction.DATA)) {
            ModelCard card = cosine(prediction, solver);
            ObjectNode written = SchedulerWriter.write(card).orElseThrow();
            assertThat(written.get("num_train_timesteps").asInt()).isEqualTo(995)
                    .isEqualTo(written.get("trained_betas").size());
            double cumulated = 1;
            for (int i = 0; i < 995; i++) {
                cumulated *= 1 - written.get("trained_betas").get(i).asDouble();
                double alpha = VpCosine.DEFAULT.alpha(i == 0 ? 0.0005 : i / 1000.0);
                assertThat(cumulated).as("index %d", i).isCloseTo(alpha * alpha, withinPercentage(1e-6));
            }
            assertThat(Schedulers.read(written, true).isModelOf(card)).isTrue();
        }
    }

    @Test
    void shouldRefuseATableThatIsNotWhatItSays() {
        ObjectNode written = SchedulerWriter.write(cosine(Prediction.V_PREDICTION, "ddim")).orElseThrow();
        ((ArrayNode) written.get("trained_betas")).set(7, 0.5);
        assertThatThrownBy(() -> Schedulers.read(written, true))
                .hasMessageContaining("it is not the list of vp-cosine");
        written.remove("_pathline");
        assertThatThrownBy(() -> Schedulers.read(written, true))
                .hasMessageContaining("a list of betas has no schedule here");
    }

    /** The last four of its thousand indices multiply any error by thousands: Python is not to start there either. */
    @Test
    void shouldLetPythonStartTheSquaredCosineWhereSamplingStartsHere() {
        ModelCard card = read("DDPMScheduler", "'beta_schedule': 'squaredcos_cap_v2'").card("x", List.of(3, 8, 8));
        assertThat(SchedulerWriter.write(card).orElseThrow().get("num_train_timesteps").asInt()).isEqualTo(996);
        ObjectNode multistep = SchedulerWriter.write(card.withDefaults(SamplingDefaults.DEFAULT)).orElseThrow();
        assertThat(multistep.get("num_train_timesteps").asInt()).isEqualTo(1000);
        assertThat(multistep.get("lambda_min_clipped").asDouble()).isEqualTo(-5.1);
        assertThat(multistep.has("trained_betas")).isFalse();
        ModelCard zero = read("DDIMScheduler",
                "'beta_schedule': 'squaredcos_cap_v2', 'prediction_type': 'v_prediction',"
                        + "'rescale_betas_zero_snr': true, 'timestep_spacing': 'trailing'")
                .card("x", List.of(3, 8, 8));
        assertThat(SchedulerWriter.write(zero).orElseThrow().has("trained_betas")).isFalse();
    }

    /** A network with the frequencies of diffusers takes 250 ln(sigma), and EDM's schedulers have ln(sigma)/4. */
    @Test
    void shouldSayWhatAnEdmNetworkTakes() {
        ModelCard card = read("EDMDPMSolverMultistepScheduler", "'sigma_data': 0.3").card("x", List.of(3, 8, 8));
        assertThat(Schedulers.timestepFactor(SchedulerWriter.write(card).orElseThrow())).isEqualTo(1);
        ModelCard wide = card.withNetworkInput(card.preconditioning(), new TimeInput.LogSigma(250));
        ObjectNode written = SchedulerWriter.write(wide).orElseThrow();
        assertThat(Schedulers.timestepFactor(written)).isEqualTo(1000);
        assertThat(Schedulers.read(written, false).isModelOf(wide)).isTrue();
        assertThat(DiffusersFiles.modelIndex(wide, NetworkType.UNET_2D, written)).isEmpty();
    }
}
