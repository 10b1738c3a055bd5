package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** Spring's authorization server as Spring Boot configures it; the clients are in application.yaml. */
@SpringBootApplication
public class Shop {

	public static void main(String[] args) {
		SpringApplication.run(Shop.class, args);
	}

	/** Shows an error to users who have not logged in, too: without this they have to, and then meet a status 500. */
	@Bean
	WebSecurityCustomizer errorPage() {
		return web -> web.ignoring().requestMatchers("/error");
	}

	/** The users of the target file, which sets their passwords in the environment. */
	@Bean
	UserDetailsService users(Environment environment) {
		return new InMemoryUserDetailsManager(
				User.withUsername("ursula").password("{noop}" + environment.getRequiredProperty("URSULA_PASSWORD")).build(),
				User.withUsername("uwe").password("{noop}" + environment.getRequiredProperty("UWE_PASSWORD")).build());
	}

}
