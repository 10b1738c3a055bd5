# A Rails application with Doorkeeper, after its guides. The clients and users are those of the target
# file, which sets their secrets in the environment.

require 'tmpdir'
require 'rails'
require 'action_controller/railtie'
require 'active_record/railtie'
require 'doorkeeper'

ENV['DATABASE_URL'] = "sqlite3:#{Dir.mktmpdir}/db.sqlite3?pool=16&timeout=20000"

class Shop < Rails::Application
  config.load_defaults 6.1
  config.root = __dir__
  config.eager_load = false
  config.cache_classes = true
  config.consider_all_requests_local = false
  config.logger = Logger.new($stdout, level: Logger::WARN)
  config.secret_key_base = SecureRandom.hex(64)
  config.hosts.clear
  # A cookie would be too small for the address to return to, where a parameter of it is long.
  config.cache_store = :memory_store
  config.session_store :cache_store
end

class User < ActiveRecord::Base
  def authenticate(password)
    known = ENV.fetch("#{name.upcase}_PASSWORD")
    ActiveSupport::SecurityUtils.secure_compare(known, password)
  end
end

Doorkeeper.configure do
  orm :active_record
  resource_owner_authenticator do
    session[:return_to] = request.fullpath
    User.find_by(id: session[:user_id]) || redirect_to('/login')
  end
  default_scopes :read
  optional_scopes :write
  enforce_configured_scopes
  grant_flows %w[authorization_code client_credentials]
  use_refresh_token
  access_token_expires_in 1.hour
  # What is sent to a client on this machine is not sent over a network (RFC 8252 section 7.3).
  force_ssl_in_redirect_uri { |uri| uri.host != '127.0.0.1' }
  allow_token_introspection do |token, client, _|
    client && token.application == client
  end
end

class SessionsController < ActionController::Base
  def new
    render inline: <<~PAGE
      <!doctype html><html lang="en"><title>Log in</title>
      <%= form_tag '/login' do %>
      <p><label>Name <%= text_field_tag :username %></label></p>
      <p><label>Password <%= password_field_tag :password %></label></p>
      <p><%= submit_tag 'Log in' %></p>
      <% end %></html>
    PAGE
  end

  def create
    user = User.find_by(name: params[:username])
    return redirect_to('/login') unless user&.authenticate(params[:password].to_s)

    target = session[:return_to] || '/login'
    reset_session
    session[:user_id] = user.id
    redirect_to target
  end
end

class MeController < ActionController::API
  before_action -> { doorkeeper_authorize! :read }

  def show
    user = User.find_by(id: doorkeeper_token.resource_owner_id)
    render json: { sub: user&.name || doorkeeper_token.application.uid }
  end
end

Shop.initialize!
Shop.routes.draw do
  use_doorkeeper { skip_controllers :applications, :authorized_applications }
  get '/login', to: 'sessions#new'
  post '/login', to: 'sessions#create'
  match '/me', to: 'me#show', via: %i[get post put]
end

# The tables are made by Doorkeeper's own templates of migrations.
templates = File.join(Gem.loaded_specs['doorkeeper'].full_gem_path, 'lib/generators/doorkeeper/templates')
migration_version = '[6.1]'
ActiveRecord::Migration.verbose = false
ActiveRecord::Schema.define { create_table(:users) { |table| table.string :name } }
%w[migration enable_pkce_migration].zip(%w[CreateDoorkeeperTables EnablePkce]).each do |file, name|
  eval ERB.new(File.read("#{templates}/#{file}.rb.erb")).result(binding)
  name.constantize.migrate(:up)
end

%w[ursula uwe].each { |name| User.create!(name: name) }
{
  planner: 'http://127.0.0.1:8765/callback',
  shopping: 'http://127.0.0.1:8765/other?from=shop',
  kiosk: 'http://127.0.0.1:8765/kiosk'
}.each do |name, redirect_uri|
  secret = ENV["#{name.upcase}_SECRET"]
  Doorkeeper::Application.create!(
    name: name, uid: name, secret: secret, redirect_uri: redirect_uri,
    confidential: !secret.nil?, scopes: 'read write'
  )
end

run Shop
