package shop;

import dev.holdfast.Holdfast;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.server.HoldfastServer;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class HoldfastBeans {
    @Bean(destroyMethod = "close")
    Holdfast holdfast(DataSource dataSource, Bank bank) {
        return PostgresHoldfast.on(dataSource)
                .register(Pay.DEFINITION, new Pay(bank))
                .start();
    }

    @Bean(destroyMethod = "close")
    HoldfastServer holdfastServer(Holdfast holdfast, @Value("${holdfast.port:7070}") int port) {
        return HoldfastServer.on(holdfast).port(port).start();
    }

    @Bean
    HealthIndicator holdfastHealthIndicator(Holdfast holdfast) {
        return () -> {
            Health.Builder health = Health.up();
            for (HealthCheck check : holdfast.admin().health().checks()) {
                health.withDetail(check.name(), check.detail());
                if (!check.holds()) {
                    health.outOfService();
                }
            }
            return health.build();
        };
    }
}
