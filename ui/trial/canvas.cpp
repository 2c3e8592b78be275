// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/canvas.h"

#include "core/base/error.h"
#include "ui/widgets/rgb_view.h"

#include <QOpenGLFunctions>
#include <QSurfaceFormat>

#include <string>

namespace mlab::ui {

namespace {

// The corners follow from the vertex number and the place from the viewport, so no buffers are
// needed.
constexpr const char* kVertexShader = R"(
out vec2 at;
void main()
{
    at = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
    gl_Position = vec4(2.0 * at.x - 1.0, 1.0 - 2.0 * at.y, 0.0, 1.0);
}
)";

constexpr const char* kFragmentShader = R"(
in vec2 at;
out vec4 colour;
uniform sampler2D picture;
void main()
{
    colour = vec4(texture(picture, at).rgb, 1.0);
}
)";

constexpr const char* kDesktopHeader = "#version 330 core\n";
constexpr const char* kEsHeader = "#version 300 es\nprecision highp float;\n";

constexpr const char* kWhatToDo =
    " MetamerLab needs OpenGL 3.3 or OpenGL ES 3: install the graphics driver, or Mesa's software "
    "renderer (Debian: libgl1-mesa-dri).";

} // namespace

QSurfaceFormat Canvas::format()
{
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setRedBufferSize(8);
    format.setGreenBufferSize(8);
    format.setBlueBufferSize(8);
    format.setSamples(0);
    format.setSwapBehavior(QSurfaceFormat::DoubleBuffer);
    format.setSwapInterval(1);
    return format;
}

Canvas::Canvas(QWindow& window) : window_(window)
{
    context_.setFormat(window.requestedFormat());
    if (!context_.create()) {
        throw DeviceError(std::string("An OpenGL context for the window could not be created.") +
                          kWhatToDo);
    }
    makeCurrent();
    const QSurfaceFormat got = context_.format();
    const bool es = context_.isOpenGLES();
    if (got.version() < (es ? qMakePair(3, 0) : qMakePair(3, 3))) {
        throw DeviceError("The display supports only OpenGL " + std::to_string(got.majorVersion()) +
                          "." + std::to_string(got.minorVersion()) + "." + kWhatToDo);
    }
    vertices_ = std::make_unique<QOpenGLVertexArrayObject>();
    program_ = std::make_unique<QOpenGLShaderProgram>();
    const QByteArray header(es ? kEsHeader : kDesktopHeader);
    const bool built =
        vertices_->create() &&
        program_->addShaderFromSourceCode(QOpenGLShader::Vertex, header + kVertexShader) &&
        program_->addShaderFromSourceCode(QOpenGLShader::Fragment, header + kFragmentShader) &&
        program_->link();
    if (!built) {
        throw DeviceError("The shaders could not be compiled by the display's OpenGL: " +
                          program_->log().toStdString() + kWhatToDo);
    }
    const auto* name = context_.functions()->glGetString(GL_RENDERER);
    renderer_ = name != nullptr ? QString::fromLatin1(reinterpret_cast<const char*>(name)) // NOLINT
                                : QString();
}

Canvas::~Canvas()
{
    // Shaders and arrays can be freed only while their context is current.
    context_.makeCurrent(&window_);
    program_.reset();
    vertices_.reset();
    context_.doneCurrent();
}

void Canvas::makeCurrent()
{
    if (!context_.makeCurrent(&window_)) {
        throw DeviceError("The connection to the graphics driver was lost. Start the program again "
                          "and continue the session: all completed trials are stored.");
    }
}

Canvas::Picture Canvas::upload(const QImage& image)
{
    makeCurrent();
    auto texture = std::make_unique<QOpenGLTexture>(image, QOpenGLTexture::GenerateMipMaps);
    texture->setWrapMode(QOpenGLTexture::ClampToEdge);
    return texture;
}

Canvas::Picture Canvas::upload(const RgbImage& image)
{
    return upload(rgbView(image));
}

void Canvas::show(const QColor& background, std::span<const Placed> pictures)
{
    makeCurrent();
    auto* gl = context_.functions();
    const QSize size = window_.size() * window_.devicePixelRatio();
    gl->glDisable(GL_BLEND);
    gl->glDisable(GL_DITHER);
    gl->glDisable(GL_SCISSOR_TEST);
    gl->glViewport(0, 0, size.width(), size.height());
    gl->glClearColor(background.redF(), background.greenF(), background.blueF(), 1.0F);
    gl->glClear(GL_COLOR_BUFFER_BIT);

    program_->bind();
    vertices_->bind();
    for (const auto& [picture, at] : pictures) {
        // At its own size a picture is copied: filters would be exact only in theory.
        if (at.width() == picture->width() && at.height() == picture->height()) {
            picture->setMinMagFilters(QOpenGLTexture::Nearest, QOpenGLTexture::Nearest);
        } else {
            picture->setMinMagFilters(QOpenGLTexture::LinearMipMapLinear, QOpenGLTexture::Linear);
        }
        picture->bind();
        gl->glViewport(at.x(), size.height() - at.y() - at.height(), at.width(), at.height());
        gl->glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
    }
    vertices_->release();
    context_.swapBuffers(&window_);

    // Many drivers queue the swap and return at once. Drawing into the new back buffer and waiting
    // for that to finish takes until the swap is done.
    gl->glEnable(GL_SCISSOR_TEST);
    gl->glScissor(0, 0, 1, 1);
    gl->glClear(GL_COLOR_BUFFER_BIT);
    gl->glFinish();
}

} // namespace mlab::ui
