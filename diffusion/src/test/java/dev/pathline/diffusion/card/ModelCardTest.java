package dev.pathline.diffusion.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCardTest {
    private static final ModelCard FLOW = ModelCard.of("fashion-flow", ModelKind.DIFFUSION, List.of(1, 28, 28),
            new ScheduleSpec("rectified-flow", Map.of("shift", 1.5)), Prediction.VELOCITY)
            .withVersion("3")
            .withDescription("Fashion-MNIST, \"small\" & quick")
            .withNetworkInput(Preconditioning.NONE, TimeInput.scaled(1000))
            .withClasses(List.of("T-shirt", "Sneaker", "7"), true)
            .withDefaults(new SamplingDefaults("dpm-solver++-2m", 20, "log-snr", 2))
            .withTraining(new TrainingInfo("run-1", "fashion-mnist", 3_000_000_000L, "abc123", "spec.yaml"))
            .withWeights(1_164_513, "00ff")
            .withMetrics(Map.of("accuracy", 0.93, "frechet", 4.25));

    private static final ModelCard EDM = ModelCard.of(
            "edm", ModelKind.FLOW_MAP, List.of(2), ScheduleSpec.of("edm"), Prediction.DATA)
            .withNetworkInput(new Preconditioning.Edm(0.5), TimeInput.logSigma());

    @Test
    void shouldSurviveTheRoundTripThroughJson(@TempDir Path directory) throws Exception {
        ModelCard angle = EDM.withNetworkInput(new Preconditioning.Edm(1), TimeInput.ANGLE);
        ModelCard baked = FLOW.withGuidance(new ModelGuidance.BakedIn(2.5));
        ModelCard told = EDM.withGuidance(new ModelGuidance.Input(1, 6.5));
        for (ModelCard card : List.of(FLOW, EDM, angle, baked, told)) {
            assertThat(ModelCardJson.read(ModelCardJson.write(card))).isEqualTo(card);
            Path file = directory.resolve("pathline.json");
            ModelCardJson.write(card, file);
            assertThat(ModelCardJson.read(file)).isEqualTo(card);
        }
    }

    @Test
    void shouldBeWrittenForPeople() {
        assertThat(ModelCardJson.write(FLOW))
                .contains("\"formatVersion\" : 1", "\"kind\" : \"diffusion\"", "\"prediction\" : \"velocity\"",
                        "\"imagesSeen\" : 3000000000", "\"type\" : \"scaled\"", "\"nullClass\" : true")
                .endsWith("}\n");
        assertThat(ModelCardJson.write(EDM)).contains("\"flow-map\"", "\"log-sigma\"", "\"sigmaData\" : 0.5");
    }

    @Test
    void shouldReadAMinimalCardAndIgnoreWhatItDoesNotKnow() {
        ModelCard card = ModelCardJson.read("""
                {"formatVersion": 1, "name": "toy", "kind": "diffusion", "shape": [2], "colour": {"red": 1},
                 "schedule": {"name": "vp-linear", "note": "x"}, "prediction": "v-prediction"}""");
        assertThat(card).isEqualTo(ModelCard.of("toy", ModelKind.DIFFUSION, List.of(2), ScheduleSpec.of("vp-linear"),
                Prediction.V_PREDICTION));
        assertThat(ModelCardJson.write(card)).doesNotContain("colour").doesNotContain("note");
    }

    @Test
    void shouldHaveADefaultScaleThatTheNetworkKnows() {
        assertThat(FLOW.withGuidance(new ModelGuidance.BakedIn(3)).defaults().cfgScale()).isEqualTo(3);
        assertThat(FLOW.withGuidance(new ModelGuidance.Input(3, 4)).defaults().cfgScale()).isEqualTo(3);
        assertThat(FLOW.withGuidance(new ModelGuidance.Input(1, 4)).defaults().cfgScale()).isEqualTo(2);
        assertThat(ModelCardJson.write(FLOW)).doesNotContain("guidance");
        String json = ModelCardJson.write(FLOW.withGuidance(new ModelGuidance.BakedIn(3)));
        assertThat(json).contains("\"type\" : \"baked-in\"", "\"cfgScale\" : 3.0");
        assertThat(ModelCardJson.read(json.replaceAll("\"cfgScale\" : 3.0,?", "\"x\" : 1")).defaults().cfgScale())
                .isEqualTo(3);
        assertThatThrownBy(() -> ModelCardJson.read(json.replace("\"cfgScale\" : 3.0", "\"cfgScale\" : 1.5")))
                .hasMessage("The model card does not fit together: defaults.cfgScale must be 3.0, the scale of the"
                        + " guidance that is baked in, not 1.5.");
        assertThatThrownBy(() -> ModelCardJson.read(json.replace("baked-in", "magic"))).hasMessage(
                "Field 'guidance.type' of the model card must be classifier-free, baked-in or input, not \"magic\".");
        assertThatThrownBy(() -> ModelCardJson.read(json.replace("\"scale\" : 3.0", "\"scale\" : 31")))
                .hasMessageContaining("guidance.scale must be 0 to 30, not 31");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"formatVersion\" : 1 | \"formatVersion\" : 2 | Field 'formatVersion' of the model card must be 1, the only version this program reads, not 2.",
        "\"name\" : \"fashion-flow\" | \"name\" : 7 | Field 'name' of the model card must be a text, not 7.",
        "\"name\" : \"fashion-flow\", | | Field 'name' of the model card must be a text, but is missing.",
        "\"diffusion\" | \"magic\" | Field 'kind' of the model card must be one of diffusion, consistency, flow-map, not \"magic\".",
        "[ 1, 28, 28 ] | [ 1, 28.5, 28 ] | Field 'shape' of the model card must be a list of integers, not [1,28.5,28].",
        "\"steps\" : 20 | \"steps\" : \"20\" | Field 'defaults.steps' of the model card must be an integer, not \"20\".",
        "\"shift\" : 1.5 | \"shift\" : true | Field 'schedule.parameters.shift' of the model card must be a number, not true.",
        "\"scaled\" | \"wild\" | Field 'timeInput.type' of the model card must be scaled, log-sigma or angle, not \"wild\".",
        "\"imagesSeen\" : 3000000000 | \"imagesSeen\" : -1 | Field 'training.imagesSeen' of the model card must be an integer from 0 on, not -1.",
        "\"velocity\" | \"noise\" | The model card does not fit together: prediction NOISE does not determine the data",
        "\"rectified-flow\" | \"wavy\" | The model card does not fit together: unknown schedule 'wavy'",
        "[ 1, 28, 28 ] | [ 28, 28 ] | The model card does not fit together: shape must be"})
    void shouldRefuseAMalformedCardInOneSentence(String part, String replacement, String message) {
        String json = ModelCardJson.write(FLOW);
        String malformed = json.replace(part, replacement == null ? "" : replacement);
        assertThat(malformed).isNotEqualTo(json);
        assertThatThrownBy(() -> ModelCardJson.read(malformed))
                .isInstanceOf(MalformedCardException.class).hasMessageStartingWith(message).hasMessageEndingWith(".");
    }

    @Test
    void shouldRefuseWhatIsNoJsonObject() {
        assertThatThrownBy(() -> ModelCardJson.read("{")).isInstanceOf(MalformedCardException.class)
                .hasMessageStartingWith("The model card is not JSON");
        assertThatThrownBy(() -> ModelCardJson.read("[]")).isInstanceOf(MalformedCardException.class)
                .hasMessage("The model card must be a JSON object.");
        assertThatThrownBy(() -> ModelCardJson.read("")).isInstanceOf(MalformedCardException.class);
    }

    @Test
    void shouldTakeAnIntegerForAnIndexAndATextForAName() {
        assertThat(FLOW.labelIndex("sneaker")).isEqualTo(1);
        assertThat(FLOW.labelIndex(" T-SHIRT ")).isZero();
        assertThat(FLOW.labelIndex("2")).isEqualTo(2);
        assertThat(FLOW.labelIndex("\"7\"")).isEqualTo(2);
        assertThat(FLOW.labelNamed("7")).isEqualTo(2);
        assertThat(FLOW.labelAt(0)).isZero();
        for (String wrong : List.of("boot", "3", "7", "-1", "1.0", "", "99999999999", "\"2\"", "\"\"")) {
            assertThatThrownBy(() -> FLOW.labelIndex(wrong))
                    .isInstanceOfSatisfying(InvalidSettingException.class,
                            refusal -> assertThat(refusal.field()).isEqualTo("label"))
                    .hasMessageContaining("T-shirt, Sneaker, 7").hasMessageContaining("from 0 to 2");
        }
        assertThatThrownBy(() -> FLOW.labelNamed("1")).hasMessageContaining("no class '1'");
        assertThatThrownBy(() -> FLOW.labelAt(3)).hasMessageContaining("no class 3;");
        assertThatThrownBy(() -> FLOW.labelAt(7)).hasMessageContaining("no class 7;")
                .hasMessageEndingWith("in quotation marks, \"7\" is a class's name.");
        assertThatThrownBy(() -> EDM.labelIndex("0")).hasMessageContaining("unconditional");
    }

    @Test
    void shouldFindTheClassThatAPromptNames() {
        for (String sneaker : List.of("sneaker", "SNEAKER", "class: sneaker", "1",
                "a photo of one white Sneaker, please")) {
            assertThat(FLOW.labelIn(sneaker)).as(sneaker).isEqualTo(1);
        }
        assertThat(FLOW.labelIn("my T-shirt!")).isZero();
        ModelCard boots = FLOW.withClasses(List.of("boot", "ankle boot", "bag"), false);
        assertThat(boots.labelIn("an ankle boot")).as("the longest of names that contain each other").isEqualTo(1);
        assertThat(boots.labelIn("a boot")).isZero();
        for (String wrong : List.of("a cat", "sneakers", "a sneaker beside a T-shirt", "")) {
            assertThatThrownBy(() -> FLOW.labelIn(wrong)).isInstanceOfSatisfying(InvalidSettingException.class,
                    refusal -> assertThat(refusal.field()).isEqualTo("prompt"));
        }
        assertThatThrownBy(() -> boots.labelIn("a boot and an ankle boot")).hasMessageContaining("ankle boot and boot");
    }

    @Test
    void shouldKeepNumberedClassesApart() {
        ModelCard numbered = FLOW.withClasses(List.of("1", "2", "3"), false);
        assertThat(List.of("0", "1", "2")).extracting(numbered::labelIndex).containsExactly(0, 1, 2);
        assertThat(List.of("\"1\"", "\"2\"", "\"3\"")).extracting(numbered::labelIndex).containsExactly(0, 1, 2);
        assertThatThrownBy(() -> numbered.labelIndex("3")).hasMessageContaining("no class 3;");
    }

    @Test
    void shouldStayASentenceHoweverManyClassesThereAre() {
        ModelCard many = FLOW.withClasses(
                IntStream.range(0, 1000).mapToObj(i -> "class " + i + "x".repeat(200)).toList(),
                false);
        assertThatThrownBy(() -> many.labelNamed("y".repeat(100_000))).hasMessageContaining("and 980 more")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1500));
        assertThatThrownBy(many::unlabelledIndex).hasMessageContaining("and 980 more");
    }

    @Test
    void shouldSayThatALabelIsNeededWhereNoClassMeansNone() {
        ModelCard labelled = FLOW.withClasses(List.of("a", "b"), false);

        assertThat(FLOW.withClasses(List.of("a", "b"), true).unlabelledIndex()).isEqualTo(2);
        assertThat(EDM.unlabelledIndex()).isZero();
        assertThatThrownBy(labelled::unlabelledIndex)
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("label"))
                .hasMessageContaining("no class that means 'no label'").hasMessageContaining("a, b");
    }

    @Test
    void shouldRefusePartsThatDoNotFitTogether() {
        assertThatThrownBy(() -> FLOW.withNetworkInput(Preconditioning.NONE, TimeInput.logSigma()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("timeInput is not finite");
        assertThatThrownBy(() -> FLOW.withNetworkInput(new Preconditioning.Edm(0.5), TimeInput.IDENTITY))
                .hasMessageContaining("prediction must be data");
        assertThatThrownBy(() -> FLOW.withClasses(List.of("Bag", "bag"), false)).hasMessageContaining("twice");
        assertThatThrownBy(() -> FLOW.withTargetInput(TargetInput.LENGTH)).hasMessageContaining("needs kind flow-map");
        ModelCard consistency = ModelCard.of("cm", ModelKind.CONSISTENCY, List.of(2), FLOW.schedule(), Prediction.DATA);
        assertThatThrownBy(
                () -> consistency.withNetworkInput(new Preconditioning.Consistency(0.5, 0), TimeInput.IDENTITY))
                .hasMessageContaining("divides by alpha, which is 0 at t = 1.0");
        assertThat(consistency.defaults().solver()).isEqualTo("consistency");
        assertThatThrownBy(() -> FLOW.withClasses(List.of(" "), false)).hasMessageContaining("blank");
        assertThatThrownBy(() -> FLOW.withWeights(-1, "")).hasMessageContaining("parameters");
    }

    @Test
    void shouldCountTheElementsOfASample() {
        assertThat(FLOW.dimension()).isEqualTo(784);
        assertThat(EDM.dimension()).isEqualTo(2);
    }

    @Test
    void shouldSayWhetherTheDataLieInRangeWhereTheShapeDoesNot() {
        for (List<Integer> shape : List.of(List.of(1, 8, 8), List.of(3, 8, 8), List.of(4, 8, 8), List.of(2))) {
            ModelCard card = ModelCard.of("m", ModelKind.DIFFUSION, shape, ScheduleSpec.of("rectified-flow"),
                    Prediction.VELOCITY);
            boolean pictures = shape.size() == 3 && shape.getFirst() != 4;
            assertThat(card.bounded()).as("%s", shape).isEqualTo(pictures);
            for (boolean bounded : new boolean[]{true, false}) {
                String json = ModelCardJson.write(card.withBounded(bounded));
                assertThat(ModelCardJson.read(json).bounded()).isEqualTo(bounded);
                assertThat(json.contains("\"bounded\"")).isEqualTo(bounded != pictures);
            }
        }
    }
}
