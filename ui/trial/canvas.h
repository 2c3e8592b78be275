// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/rgb_image.h"

#include <QColor>
#include <QImage>
#include <QOpenGLContext>
#include <QOpenGLShaderProgram>
#include <QOpenGLTexture>
#include <QOpenGLVertexArrayObject>
#include <QRect>
#include <QSize>
#include <QString>
#include <QWindow>

#include <memory>
#include <span>

namespace mlab::ui {

/// Draws opaque pictures on a window with OpenGL (3.3 core or ES 3), unaltered: no blending, no
/// dithering, no colour conversion. A picture shown at its own size keeps every pixel; at a smaller
/// size it is filtered trilinearly. GUI thread only.
class Canvas {
public:
    /// On the graphics card (or in software), with mipmaps. It belongs to the canvas's context:
    /// destroy it before the canvas and after makeCurrent().
    using Picture = std::unique_ptr<QOpenGLTexture>;

    struct Placed {
        QOpenGLTexture* picture;
        QRect at; ///< physical pixels from the window's top left
    };

    /// The surface format to give a window before it is created.
    static QSurfaceFormat format();

    /// @param window created, of surface type OpenGL; must outlive the canvas
    /// @throws DeviceError if there is no usable OpenGL
    explicit Canvas(QWindow& window);
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;
    ~Canvas();

    /// @throws DeviceError if the context is lost
    void makeCurrent();
    Picture upload(const QImage& image);
    Picture upload(const RgbImage& image);

    /// Fills the window with `background`, draws the pictures and swaps. Returns when the swap is
    /// done, as far as the driver reports it.
    void show(const QColor& background, std::span<const Placed> pictures);

    QString renderer() const { return renderer_; }

private:
    QWindow& window_;
    QOpenGLContext context_;
    std::unique_ptr<QOpenGLVertexArrayObject> vertices_;
    std::unique_ptr<QOpenGLShaderProgram> program_;
    QString renderer_;
};

} // namespace mlab::ui
