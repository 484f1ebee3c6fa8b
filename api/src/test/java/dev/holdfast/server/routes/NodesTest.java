package dev.holdfast.server.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class NodesTest {
    @Test
    void showsTheMembersOfTheContract() {
        try (ServerFixture server = ServerFixture.start()) {
            Response response = server.get("/v1/nodes");

            response.assertStatus().isEqualTo(200);
            assertThat(response.json().path("next").isNull()).isTrue();
            assertThat(response.json().path("items").size()).isEqualTo(1);
            JsonNode node = response.json().path("items").path(0);
            assertThat(node.propertyNames())
                    .containsExactly(
                            "name",
                            "version",
                            "joinedAt",
                            "definitions",
                            "buckets",
                            "epoch",
                            "loaded",
                            "waiting",
                            "leaseAgeMillis");
            assertThat(node.path("name").asString())
                    .isEqualTo(server.engine.admin().node());
            assertThat(node.path("buckets").asInt()).isPositive();
            assertThat(node.path("leaseAgeMillis").isIntegralNumber()).isTrue();
            assertThat(Instant.parse(node.path("joinedAt").asString())).isBeforeOrEqualTo(Instant.now());

            server.get("/v1/nodes?limit=1")
                    .assertProblem(400, "UNKNOWN_PARAMETER")
                    .assertField("limit");
        }
    }
}
